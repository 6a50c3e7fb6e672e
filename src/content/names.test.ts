import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isShoalError } from '../base/errors.ts'
import {
  assertPortablePath,
  collisionKey,
  nameFault,
  partsOfPath,
  pathFault,
  printable,
  toPortableName,
} from './names.ts'
import { utf8Length } from './text.ts'

describe('a portable name', () => {
  test.each([
    'a',
    'README',
    '.gitignore',
    '..a',
    'a..b',
    ' leading space',
    'console',
    'com',
    'com10',
    'COM',
    'nul-1',
    'auxiliary.txt',
    'lpt',
    'con-fig',
    'xcon',
    '한글 파일.txt',
    'é',
    '👩‍👩‍👧',
    "it's (1) [2] {3} #4 %5 &6 +7 ~8 `9` !",
    'x'.repeat(255),
    '가'.repeat(85),
    '-rf',
    '$HOME',
  ])('may be %j', (name) => {
    expect(nameFault(name)).toBeUndefined()
  })

  test.each([
    ['', 'empty'],
    ['.', 'dot-segment'],
    ['..', 'dot-segment'],
    ['a/b', 'separator'],
    ['a\\b', 'separator'],
    ['..\\..\\evil', 'separator'],
    ['C:', 'forbidden-character'],
    ['file.txt:stream', 'forbidden-character'],
    ...[...':<>"|?*'.split('')].map((char) => [`a${char}b`, 'forbidden-character']),
    ['a\0b', 'control-character'],
    ['a\nb', 'control-character'],
    ['a\u007fb', 'control-character'],
    ['a\u009bb', 'control-character'],
    ['\ufeffa', 'control-character'],
    ['a.', 'trailing-dot-or-space'],
    ['a ', 'trailing-dot-or-space'],
    ['...', 'trailing-dot-or-space'],
    ['x'.repeat(256), 'too-long'],
    ['가'.repeat(86), 'too-long'],
    ['\ud800', 'invalid-unicode'],
    ['a\udc00b', 'invalid-unicode'],
    ['e\u0301', 'not-nfc'],
    ['\u1100\u1161', 'not-nfc'],
  ])('is not %j (%s)', (name, fault) => {
    expect(nameFault(name)).toBe(fault)
  })

  const devices = ['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$', ...numbered('COM'), ...numbered('LPT')]
  test.each(devices)('is not the device %s, in any case, with any extension', (device) => {
    const spellings = [
      device,
      device.toLowerCase(),
      `${device}.txt`,
      `${device}.tar.gz`,
      `${device} .txt`,
      `${device[0]!.toLowerCase()}${device.slice(1)}`,
    ]
    for (const spelling of spellings) expect(nameFault(spelling)).toBe('device-name')
  })
})

function numbered(device: string): string[] {
  return '0123456789¹²³'.split('').map((digit) => device + digit)
}

describe('a path', () => {
  test.each(['a', 'a/b', 'a/b/', '한/글.txt', `${'d/'.repeat(511)}x`])('may be %j', (path) => {
    expect(pathFault(path)).toBeUndefined()
  })

  test.each([
    ['/etc/passwd', 'empty'],
    ['../x', 'dot-segment'],
    ['a/../../x', 'dot-segment'],
    ['a/./b', 'dot-segment'],
    ['a//b', 'empty'],
    ['a//', 'empty'],
    ['/', 'empty'],
    ['', 'empty'],
    ['C:/Windows', 'forbidden-character'],
    ['\\\\server\\share', 'separator'],
    ['a/nul', 'device-name'],
    ['nul/a', 'device-name'],
    ['a /b', 'trailing-dot-or-space'],
    ['a/b\0', 'control-character'],
    [`${'d/'.repeat(512)}x`, 'path-too-long'],
    ['가/'.repeat(256) + 'x', 'path-too-long'],
  ])('may not be %j (%s)', (path, fault) => {
    expect(pathFault(path)).toBe(fault)
  })

  test('that passes never leads out of its folder, on any system', () => {
    const text = fc.string({
      unit: fc.constantFrom('.', '/', '\\', ':', 'a', 'C', ' ', '\0', '..', 'nul'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (path) => {
        if (pathFault(path)) return
        let depth = 0
        for (const part of path.split(/[/\\]/)) depth += part === '..' ? -1000 : 1
        expect(depth).toBeGreaterThan(0)
        expect(path).not.toMatch(/^[/\\]|^[a-z]:|\0/i)
      }),
    )
  })

  test('of an empty folder has no empty last part', () => {
    expect(partsOfPath('a/b/')).toEqual(['a', 'b'])
    expect(partsOfPath('a/b')).toEqual(['a', 'b'])
  })
})

test('the throwing forms say the fault and never print control characters', () => {
  for (const attempt of [
    () => assertPortablePath('a\u001b[2Jb'),
    () => assertPortablePath('a/\u202egpj.exe\n'),
  ]) {
    try {
      attempt()
      expect.unreachable()
    } catch (error) {
      expect(isShoalError(error, 'bad-name')).toBe(true)
      // oxlint-disable-next-line no-control-regex
      expect((error as Error).message).not.toMatch(/[\u0000-\u001f\u202e]/)
    }
  }
  expect(printable('x'.repeat(10_000)).length).toBeLessThan(100)
})

describe('the collision key', () => {
  test.each([
    ['README', 'readme'],
    ['Straße', 'STRASSE'],
    ['é', 'e\u0301'],
    ['É', 'e\u0301'],
    ['\uac00', '\u1100\u1161'],
    ['ΟΔΟΣ', 'οδος'],
    ['ſ', 'S'],
    ['ﬁ', 'FI'],
    ['\u212a', 'k'],
    ['ẞ', 'ß'],
    ['ẞ', 'ss'],
  ])('is one for %j and %j', (a, b) => {
    expect(collisionKey(a)).toBe(collisionKey(b))
  })

  test.each([
    ['a', 'b'],
    ['a.txt', 'a_txt'],
    ['가', '각'],
    ['e', 'é'],
  ])('is not one for %j and %j', (a, b) => {
    expect(collisionKey(a)).not.toBe(collisionKey(b))
  })

  test('of every character is that of its upper case, its lower case, its other form, and of itself', () => {
    const differ: string[] = []
    for (const char of changingCharacters()) {
      const key = collisionKey(char)
      const others = [char.normalize('NFD'), char.toUpperCase(), char.toLowerCase(), key]
      if (others.some((other) => collisionKey(other) !== key)) differ.push(char)
    }
    expect(differ).toEqual([])
  })

  test('of ASCII is the one that all steps would give', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const stepwise = text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
        expect(collisionKey(text)).toBe(stepwise)
      }),
    )
  })
})

describe('the nearest portable name', () => {
  test.each([
    ['C:\\', 'C__'],
    ['aux', '_aux'],
    ['a/b', 'a_b'],
    ['name. ', 'name'],
    ['', 'share'],
    ['..', 'share'],
    ['e\u0301', 'é'],
    ['fine.txt', 'fine.txt'],
  ])('to %j is %j', (name, expected) => {
    expect(toPortableName(name)).toBe(expected)
  })

  test('is portable for whatever text, and keeps what is portable', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'binary', minLength: 200, maxLength: 2000 }),
        ),
        (text) => {
          expect(nameFault(toPortableName(text))).toBeUndefined()
          if (!nameFault(text)) expect(toPortableName(text)).toBe(text)
        },
      ),
    )
  })
})

test('the length in UTF-8 is counted as it is encoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text))
    }),
  )
})

/** Every character that case or normalisation changes. */
function* changingCharacters(): Iterable<string> {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const char = String.fromCodePoint(code)
    if (char.toUpperCase() !== char || char.toLowerCase() !== char || char.normalize('NFD') !== char)
      yield char
  }
}
