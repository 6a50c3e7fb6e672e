import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../base/bytes.ts'
import { discoveryCid, discoveryKey } from './discovery.ts'
import { verifyPage } from './pages.ts'
import { verifyRoot } from './root.ts'
import { testFile, testFolder } from './test-shares.ts'

/** Bytes written out by hand and hashed by another program (Python's hashlib), not by the code under test. */
const bytes = (...lines: string[]) => fromHex(lines.map((line) => line.replace(/#.*| /g, '')).join(''))!

const FILE_ENTRY_PAGE = bytes(
  '81              # list of one entry',
  '  83            # entry: list of three',
  '    69 68656c6c6f2e747874  # path, text of 9 bytes: hello.txt',
  '    06          # size 6',
  '    00          # flags',
)
const FILE_HASH_PAGE = bytes(
  '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 # of "hello\\n"',
)
const FILE_ROOT = bytes(
  'aa                             # map of ten, shorter keys first, then by bytes',
  '  61 76              01        # v: 1',
  '  64 64697273        00        # dirs: 0',
  '  64 6b696e64        64 66696c65            # kind: file',
  '  64 6e616d65        69 68656c6c6f2e747874  # name: hello.txt',
  '  64 73697a65        06        # size: 6',
  '  65 66696c6573      01        # files: 1',
  '  66 6368756e6b73    01        # chunks: 1',
  '  69 6368756e6b53697a65 198000 # chunkSize: 32768',
  '  69 686173685061676573 81 5820 # hashPages: list of one, 32 bytes',
  '     ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc',
  '  6a 656e7472795061676573 81 5820 # entryPages: list of one, 32 bytes',
  '     6a8dfa3392bfdb2dd34e15b8e0f72b80cf2325f2d6269f360b1dfd1b778f6cb2',
)

describe('golden bytes of a share of one file', () => {
  const share = testFile('hello\n', 'hello.txt')

  test('its entry page, hash page and root are these bytes', () => {
    expect(share.parts.slice(0, 2).map(toHex)).toEqual([toHex(FILE_ENTRY_PAGE), toHex(FILE_HASH_PAGE)])
    expect(toHex(share.bytes)).toBe(toHex(FILE_ROOT))
  })

  test('its CID, discovery key and discovery CID are these', () => {
    expect(share.cid.toString()).toBe('bafyreies2i6gyxabx7g5nrnr4uhwabh7pflp3dyeiibuhccuusorfr3dii')
    expect(toHex(discoveryKey(share.cid))).toBe(
      '1ddf92fdd1cddda67638e4fadbf45fe377f19cc00c2eb72fb824c3bc3db97e1d',
    )
    expect(discoveryCid(share.cid).toString()).toBe(
      'bafkreia536jp3uon3wthmohe7ln7ix7do7yzzqamf23s7obeyo6d3ol6du',
    )
  })

  test('the written-out bytes are accepted', () => {
    const root = verifyRoot(share.cid, FILE_ROOT)
    expect(root).toMatchObject({
      v: 1,
      kind: 'file',
      name: 'hello.txt',
      size: 6,
      files: 1,
      dirs: 0,
      chunks: 1,
    })
    expect(verifyPage(root, 0, FILE_ENTRY_PAGE)).toEqual({
      is: 'entries',
      entries: [{ path: 'hello.txt', size: 6, flags: 0 }],
    })
    expect(verifyPage(root, 1, FILE_HASH_PAGE)).toEqual({ is: 'hashes', hashes: FILE_HASH_PAGE })
  })
})

test('a folder has its entries in byte order, an empty folder ends in a slash, small files share a chunk', () => {
  const share = testFolder({ é: '22', 'z/': '', 'a/b': '1' }, 'f')
  expect(toHex(share.parts[0]!)).toBe(
    toHex(
      bytes(
        '83                    # list of three',
        '  83 63 612f62 01 00  # a/b, 1 byte',
        '  83 62 7a2f   00 00  # z/, an empty folder',
        '  83 62 c3a9   02 00  # é, 2 bytes',
      ),
    ),
  )
  expect(share.parts.slice(2).map(toHex)).toEqual(['313232'])
  expect(share.cid.toString()).toBe('bafyreifj4mq3s7isdgejop3i72nim7vovvhqerx332mi3lwriz6kd2t5ja')
})

test('what is announced does not contain the CID', () => {
  const { cid } = testFile('secret')
  expect(toHex(discoveryCid(cid).bytes)).not.toContain(toHex(cid.multihash.digest))
})
