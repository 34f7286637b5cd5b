# ruby-pg: what connect makes of the text before it hands it to libpq. lines.py tells the
# protocol.
require 'json'
require 'pg'

if ARGV[0] == 'version'
  puts PG::VERSION
  exit
end
$stdout.sync = true
$stdin.each_line do |line|
  id, code = line.chomp.split("\t")
  answer = { id: id }
  begin
    text = [code].pack('H*').force_encoding('UTF-8')
    made = PG::Connection.parse_connect_args(text)
    made = PG::Connection.conninfo_parse(made).to_h { |o| [o[:keyword].to_sym, o[:val]] } if made.is_a?(String)
    made.each { |key, value| answer[key] = value.to_s.unpack1('H*') unless value.nil? }
  rescue StandardError => e
    answer = { id: id, error: "#{e.class}: #{e.message.b.inspect}" }
  end
  puts JSON.generate(answer)
end
