// pgjdbc: what its driver makes of a URL. lines.py tells the protocol.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.DriverInfo;

public class ReadJdbc {
  // The driver's properties that are parameters of libpq under another name.
  static final Map<String, String> NAMES = Map.ofEntries(
      Map.entry("user", "user"), Map.entry("password", "password"),
      Map.entry("PGDBNAME", "dbname"), Map.entry("ApplicationName", "application_name"),
      Map.entry("connectTimeout", "connect_timeout"), Map.entry("options", "options"),
      Map.entry("sslrootcert", "sslrootcert"), Map.entry("sslcert", "sslcert"),
      Map.entry("sslkey", "sslkey"), Map.entry("gssEncMode", "gssencmode"),
      Map.entry("kerberosServerName", "krbsrvname"),
      Map.entry("channelBinding", "channel_binding"),
      Map.entry("sslNegotiation", "sslnegotiation"));
  // libpq's words for the kinds of servers.
  static final Map<String, String> SERVERS = Map.of("any", "any", "primary", "primary",
      "master", "primary", "secondary", "standby", "slave", "standby", "preferSecondary",
      "prefer-standby", "preferSlave", "prefer-standby");

  static String hex(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append(String.format("%02x", b));
    }
    return out.toString();
  }

  static String hosts(Properties found) {
    String[] names = found.getProperty("PGHOST", "").split(",");
    String[] ports = found.getProperty("PGPORT", "").split(",");
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < names.length; i++) {
      // The driver takes the brackets off when it connects (org.postgresql.util.HostSpec).
      String name = names[i].replaceAll("^\\[(.*)\\]$", "$1");
      out.append(i > 0 ? ", " : "").append("[\"").append(hex(name)).append("\", \"")
          .append(i < ports.length ? ports[i] : "none").append("\"]");
    }
    return out.append("]").toString();
  }

  static Map<String, String> read(String url) throws Exception {
    Properties found = Driver.parseURL(url, new Properties());
    Map<String, String> answer = new LinkedHashMap<>();
    if (found == null) {
      answer.put("error", "\"not a URL of this driver\"");
      return answer;
    }
    answer.put("hosts", hosts(found));
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      String value = found.getProperty(name.getKey());
      // parseURL keeps what nobody in the driver asks for.
      if (value != null && PGProperty.forName(name.getKey()) != null) {
        answer.put(name.getValue(), "\"" + hex(value) + "\"");
      }
    }
    answer.put("sslmode", "\"" + hex(SslMode.of(found).value) + "\"");
    String server = found.getProperty("targetServerType");
    if (server != null) {
      answer.put("target_session_attrs", "\"" + hex(SERVERS.getOrDefault(server, server)) + "\"");
    }
    if (Boolean.parseBoolean(found.getProperty("loadBalanceHosts"))) {
      answer.put("load_balance_hosts", "\"" + hex("random") + "\"");
    }
    return answer;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("version")) {
      System.out.println(DriverInfo.DRIVER_VERSION);
      return;
    }
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split("\t");
      byte[] text = new byte[parts[1].length() / 2];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) Integer.parseInt(parts[1].substring(2 * i, 2 * i + 2), 16);
      }
      Map<String, String> answer;
      try {
        answer = read(new String(text, StandardCharsets.UTF_8));
      } catch (Exception error) {
        answer = Map.of("error", "\"" + error.getClass().getSimpleName() + "\"");
      }
      StringBuilder json = new StringBuilder("{\"id\": \"" + parts[0] + "\"");
      answer.forEach((key, value) -> json.append(", \"" + key + "\": " + value));
      out.println(json.append("}"));
    }
    out.flush();
  }
}
