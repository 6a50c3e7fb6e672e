/** Finding a name through servers and among peers, compared. */
export const lookupsEn = {
  title: 'A name: through servers or among peers',
  text: 'Names of laptops are looked up both ways, over real sockets of this laptop: through DNS servers from the root down, and among as many peers that keep each other’s signed names in a DHT.',
  k: 'Each laptop knows, of every distance',
  kOfShoal: '{{k}}, as in Shoal',
  start: 'Compare look-ups',
  takes: '4, 16, 64 and 256 laptops: about a minute.',
  stop: 'Stop',
  progress: 'Comparing look-ups',
  preparing: 'Getting ready …',
  doing: {
    servers: 'Asking through servers, names of {{n}} laptops',
    building: 'Starting {{n}} laptops that know each other',
    putting: 'Putting names among {{n}} laptops',
    asking: 'Asking among {{n}} laptops',
    'switching-off': 'Switching off {{off}} of {{n}} laptops',
  },
  headline: 'With {{n}} laptops, a first look-up: {{dns}} messages through servers, {{dht}} among peers.',
  kind: {
    'dns-cold': 'DNS, nothing cached',
    'dns-warm': 'DNS, asked again',
    'dht-cold': 'DHT, first time',
    'dht-warm': 'DHT, asked again',
  },
  expected: 'expected by theory',
  plot: {
    messages: 'Messages for one look-up',
    rounds: 'Questions one after the other',
    time: 'Time for one look-up',
    found: 'Names found while a part is switched off',
  },
  axis: {
    n: 'laptops N',
    off: 'part of the servers, or of the laptops, that is off',
    messages: 'messages',
    rounds: 'questions',
    time: 'milliseconds, by powers of ten',
    found: 'found',
  },
  why: {
    messages:
      'Through servers a name costs a question and an answer for each of three zones, however many laptops there are, and nothing while the answer is cached. Among peers the {{k}} laptops closest to the name are asked, and those on the way to them; the second time as well, since nobody caches.',
    rounds:
      'Root, top-level domain, domain: three, always. Among peers each answer leads closer: at most log₂(N ÷ k) ÷ (1 + log₂ k) questions with k = {{k}}, which is log₂ N when each knows one laptop of every distance.',
    time: 'On one laptop a message takes next to no time, so this is work: a first look-up among peers makes an encrypted connection to everyone it asks. On a network each question that waits for the one before costs a round trip besides.',
    found:
      'When all servers of one zone are off, no name below it is found, except by who remembers it. Among peers one of the {{k}} laptops that keep the record is enough, if the way to it is still known.',
  },
  column: { way: 'Way', n: 'N', off: 'Off', measured: 'Measured', expected: 'Expected', found: 'Found' },
  foundOf: '{{found}} of {{of}}',
  saved: 'Earlier comparisons of look-ups',
  savedWords: 'N = {{peers}}, k = {{k}}',
  import: 'Open saved look-ups …',
}
