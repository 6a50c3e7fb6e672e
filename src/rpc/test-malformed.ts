/** Frames no honest client sends. Each has a name; `frames` may be several that only together are wrong. */
export interface Malformed {
  name: string
  frames: readonly unknown[]
  /** Larger than a web socket takes at all. */
  cutsSocket?: true
}

const deep = (levels: number, inner = '1'): string => '['.repeat(levels) + inner + ']'.repeat(levels)
const request = (fields: string): string => `{"i":"zz1",${fields}}`
const call = (path: string, body: string): string =>
  `{"i":"zz2","p":{"u":${JSON.stringify(path)},"b":${body}}}`
const one = (name: string, frame: unknown): Malformed => ({ name, frames: [frame] })

export const MALFORMED: readonly Malformed[] = [
  // Not a message at all
  one('empty text', ''),
  one('half an object', '{bad'),
  one('an object cut off', '{"i":"1","p":{"u":"/echo"'),
  one('a number', '42'),
  one('null', 'null'),
  one('true', 'true'),
  one('an array', '[]'),
  one('an array of messages', '[{"i":"1","p":{"u":"/echo"}}]'),
  one('a JSON string', '"hello"'),
  one('white space', ' \n\t '),
  one('an empty object', '{}'),
  one('two objects in a row', '{"i":"1"}{"i":"2"}'),
  one('a lone NUL', '\0'),
  one('a byte order mark before JSON', '\ufeff{"i":"1","p":{"u":"/hang"}}'),
  one('lone surrogates', '{"i":"\ud800","p":{"u":"/\udfff"}}'),
  one('a comment in JSON', '{/* */"i":"1"}'),
  one('NaN in JSON', '{"i":NaN}'),
  one('an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  one('a control frame of no kind', 'z'),
  one('hello from a client', 'h1'),
  one('ping from a client', 'p'),
  one('pong with a tail', 'o1'),
  one('goodbye for no known reason', 'xnonsense'),
  // Credit
  one('more taken than was sent', 'k9007199254740991'),
  one('a negative count', 'k-1'),
  one('a fraction', 'k1.5'),
  one('a count in hexadecimal', 'k0x10'),
  one('an endless count', `k${'9'.repeat(400)}`),
  one('credit without a count', 'czz'),
  one('credit for nobody', 'czz9 4'),
  one('credit with three fields', 'czz9 4 5'),
  {
    name: 'more consumed than was sent',
    frames: ['{"i":"zz3","p":{"u":"/count","b":{"json":{}}}}', 'czz3 1000000'],
  },
  // Ids
  one('a message without an id', '{"p":{"u":"/hang"}}'),
  one('an id that is a number', '{"i":1,"p":{"u":"/hang"}}'),
  one('an id that is an object', '{"i":{},"p":{"u":"/hang"}}'),
  one('an empty id', '{"i":"","p":{"u":"/hang"}}'),
  one('an id of 100,000 characters', `{"i":"${'a'.repeat(100_000)}","p":{"u":"/hang"}}`),
  one('__proto__ as id', '{"i":"__proto__","p":{"u":"/hang"}}'),
  { name: 'one id twice', frames: ['{"i":"zz4","p":{"u":"/hang"}}', '{"i":"zz4","p":{"u":"/hang"}}'] },
  // Types
  one('an unknown type', request('"t":9,"p":{"u":"/hang"}')),
  one('a type that is text', request('"t":"1","p":{"u":"/hang"}')),
  one('a type beyond all numbers', request('"t":1e999')),
  one('a response from a client', request('"t":2,"p":{"s":200,"b":{}}')),
  one('an event for a closed iterator', request('"t":3,"p":{"e":"message","d":{"json":1}}')),
  one('an abort of an unknown call', '{"i":"zz5","t":4}'),
  one('an abort with a payload', '{"i":"zz5","t":4,"p":{"u":"/hang"}}'),
  // Payloads
  one('no payload', '{"i":"zz6"}'),
  one('a payload of null', request('"p":null')),
  one('a payload that is text', request('"p":"/hang"')),
  one('no path', request('"p":{}')),
  one('a path that is a number', request('"p":{"u":7}')),
  one('a path that is elsewhere', call('http://evil.example/hang', '{}')),
  one('a path with a query', call('/echo?data={}', '{}')),
  one('a path of 100,000 parts', call('/a'.repeat(100_000), '{}')),
  one('a path that escapes', call('/../../echo', '{}')),
  one('a path of slashes', call('////', '{}')),
  one('another method', request('"p":{"u":"/hang","m":"GET"}')),
  one(
    'headers that make a file of the body',
    request('"p":{"u":"/echo","h":{"content-disposition":"attachment"},"b":{}}'),
  ),
  one(
    'headers that make a form of the body',
    request('"p":{"u":"/echo","h":{"content-type":"multipart/form-data; boundary=x"},"b":{}}'),
  ),
  one(
    'headers that make a stream of the body',
    request('"p":{"u":"/echo","h":{"content-type":"text/event-stream"}}'),
  ),
  one('headers that are a number', request('"p":{"u":"/echo","h":7}')),
  // Calls
  one('a call of constructor', call('/constructor', '{"json":{}}')),
  one('a call of __proto__', call('/__proto__', '{"json":{}}')),
  one('a call of a group', call('/group', '{"json":{}}')),
  one('a call of what is not there', call('/group/nothing', '{"json":{}}')),
  one('a body that is text', call('/echo', '"text"')),
  one('a body that is null', call('/echo', 'null')),
  one('a body without JSON', call('/echo', '{}')),
  one('a body of the wrong shape', call('/echo', '{"json":[1,2,3]}')),
  one('__proto__ in a body', call('/echo', '{"json":{"text":"x","__proto__":{"polluted":1}}}')),
  one('meta that is a number', call('/echo', '{"json":{"text":"x"},"meta":7}')),
  one('meta of a type it does not fit', call('/echo', '{"json":{"text":"x"},"meta":[[0,"text"]]}')),
  one('meta that points nowhere', call('/echo', '{"json":{"text":"x"},"meta":[[1,"a","b","c"]]}')),
  one(
    'meta that points into __proto__',
    call('/echo', '{"json":{"text":"x"},"meta":[[1,"__proto__","polluted"]]}'),
  ),
  one('meta that makes a bad URL', call('/echo', '{"json":{"text":"x"},"meta":[[4,"text"]]}')),
  one('a regular expression without end', call('/echo', '{"json":{"text":"/(a+)+$/"},"meta":[[5,"text"]]}')),
  one('a huge big integer', call('/echo', `{"json":{"text":"${'9'.repeat(50_000)}"},"meta":[[0,"text"]]}`)),
  one('huge numbers', call('/group/big', '{"json":{"chars":1e308}}')),
  one('a negative length', call('/group/big', '{"json":{"chars":-1}}')),
  // Size and depth
  one('JSON 100,000 deep', deep(100_000)),
  one('a body 100,000 deep', call('/echo', `{"json":${deep(100_000)}}`)),
  one('objects 20,000 deep', call('/echo', `{"json":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)),
  one('opening brackets alone', '{'.repeat(200_000)),
  one('a string that never ends', `{"i":"${'\\'.repeat(200_001)}`),
  one('a text beyond the limit', call('/echo', `{"json":{"text":"${'x'.repeat(300_000)}"}}`)),
  { name: 'a text far beyond the limit', frames: ['x'.repeat(4_000_000)], cutsSocket: true },
  one(
    'many keys',
    call('/echo', `{"json":{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":0`).join()}}}`),
  ),
  // Not text
  one('no bytes', new Uint8Array()),
  one(
    'random bytes',
    Uint8Array.from({ length: 1000 }, (_, i) => (i * 197 + 13) % 256),
  ),
  one('JSON as bytes', new TextEncoder().encode('{"i":"zz7","p":{"u":"/hang"}}')),
  one(
    'JSON and a file as bytes',
    Uint8Array.of(...new TextEncoder().encode('{"i":"zz8","p":{"u":"/hang"}}'), 255, 1, 2),
  ),
]

/** What only a port can carry: structured clones. */
export const MALFORMED_CLONES: readonly Malformed[] = [
  one('undefined', undefined),
  one('an object', { i: '1', p: { u: '/hang' } }),
  one('a map', new Map([['i', '1']])),
  one('a date that is none', new Date(Number.NaN)),
  one('a big integer', 10n ** 100n),
  one('a shared buffer', new SharedArrayBuffer(8)),
  one('an error', new Error('x')),
]
