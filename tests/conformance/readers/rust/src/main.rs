// tokio-postgres: what its Config makes of the text. readers/lines.py tells the protocol.
use std::io::{self, BufRead, Write};
use tokio_postgres::config::{ChannelBinding, Host, SslMode, TargetSessionAttrs};
use tokio_postgres::Config;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

fn host_name(host: &Host) -> Vec<u8> {
    match host {
        Host::Tcp(name) => name.as_bytes().to_vec(),
        Host::Unix(path) => path.as_os_str().as_encoded_bytes().to_vec(),
    }
}

// One port is for all hosts; none is the default.
fn hosts(config: &Config) -> Option<String> {
    let ports = config.get_ports();
    let hosts = config.get_hosts();
    if ports.len() > 1 && ports.len() != hosts.len() {
        return None;
    }
    let pairs = hosts.iter().enumerate().map(|(i, host)| {
        let port = ports.get(i).or(ports.first()).map_or(String::new(), |port| port.to_string());
        format!("[\"{}\", \"{}\"]", hex(&host_name(host)), port)
    });
    Some(format!("[{}]", pairs.collect::<Vec<_>>().join(", ")))
}

fn read(text: &[u8]) -> Result<Vec<(&'static str, String)>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "not UTF-8".to_string())?;
    let config: Config = text.parse().map_err(|_| "refused".to_string())?;
    let mut found = vec![];
    let mut add = |key, value: Option<&[u8]>| {
        if let Some(value) = value {
            found.push((key, format!("\"{}\"", hex(value))));
        }
    };
    add("user", config.get_user().map(str::as_bytes));
    add("password", config.get_password());
    add("dbname", config.get_dbname().map(str::as_bytes));
    add("options", config.get_options().map(str::as_bytes));
    add("application_name", config.get_application_name().map(str::as_bytes));
    let timeout = config.get_connect_timeout().map(|time| time.as_secs().to_string());
    add("connect_timeout", timeout.as_ref().map(|text| text.as_bytes()));
    add("sslmode", match config.get_ssl_mode() {
        SslMode::Disable => Some(b"disable"),
        SslMode::Prefer => Some(b"prefer"),
        SslMode::Require => Some(b"require"),
        _ => None,
    });
    add("channel_binding", match config.get_channel_binding() {
        ChannelBinding::Disable => Some(b"disable"),
        ChannelBinding::Prefer => Some(b"prefer"),
        ChannelBinding::Require => Some(b"require"),
        _ => None,
    });
    add("target_session_attrs", match config.get_target_session_attrs() {
        TargetSessionAttrs::Any => Some(b"any"),
        TargetSessionAttrs::ReadWrite => Some(b"read-write"),
        _ => None,
    });
    let idle = config.get_keepalives_idle().as_secs().to_string();
    add("keepalives_idle", Some(idle.as_bytes()));
    found.push(("hosts", hosts(&config).ok_or("unequal numbers of hosts and ports")?));
    Ok(found)
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("version") {
        return;
    }
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let (id, code) = line.split_once('\t').unwrap();
        let answer = match read(&bytes(code)) {
            Ok(found) => found
                .iter()
                .map(|(key, value)| format!(", \"{key}\": {value}"))
                .collect::<String>(),
            Err(error) => format!(", \"error\": \"{error}\""),
        };
        writeln!(out, "{{\"id\": \"{id}\"{answer}}}").unwrap();
    }
}
