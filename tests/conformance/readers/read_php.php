<?php
// PHP: read_php.php pdo|pgsql FORM. PDO with the text behind "pgsql:", or pg_connect(), with
// seen.c in front of libpq, which tells what reaches it. lines.py tells the protocol.
[, $driver, $form] = $argv;
if ($form === 'version') {
    echo PHP_VERSION, "\n";
    exit;
}
while (($line = fgets(STDIN)) !== false) {
    [$id, $code] = explode("\t", rtrim($line, "\n"));
    $text = hex2bin($code);
    putenv("CONFORMANCE_ID=$id");
    $error = 'refused';
    try {
        if ($driver === 'pdo') {
            new PDO("pgsql:$text");
        } else {
            @pg_connect($text, PGSQL_CONNECT_FORCE_NEW);
        }
    } catch (Throwable $thrown) {
        $error = $thrown->getMessage();
    }
    // The answer stands already, unless libpq was never reached: the first one counts.
    $answer = ['id' => $id, 'error' => $error];
    fwrite(STDOUT, json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
