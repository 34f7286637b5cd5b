# DBD::Pg: connect(), with seen.c in front of libpq, which tells what reaches it.
# The text stands behind "dbi:Pg:". lines.py tells the protocol.
use strict;
use warnings;
use DBI;
use DBD::Pg;
use JSON::PP;

if ($ARGV[0] eq 'version') {
    print "$DBD::Pg::VERSION\n";
    exit;
}
$| = 1;
while (my $line = <STDIN>) {
    chomp $line;
    my ($id, $code) = split /\t/, $line;
    $ENV{CONFORMANCE_ID} = $id;
    eval {
        DBI->connect('dbi:Pg:' . pack('H*', $code), '', '', {RaiseError => 1, PrintError => 0});
    };
    # The answer stands already, unless libpq was never reached: the first one counts.
    print JSON::PP->new->ascii->encode({id => $id, error => "$@"}), "\n";
}
