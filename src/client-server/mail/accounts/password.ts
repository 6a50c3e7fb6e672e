import { scrypt as scryptCallback, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../../../base/index.ts'
import {
  KEY_BYTES,
  PASSWORD_LENGTH,
  SALT_BYTES,
  SCRYPT_BLOCK_SIZE,
  SCRYPT_COST,
  SCRYPT_LANES,
} from './limits.ts'

const scrypt = promisify<string, Uint8Array, number, { N: number; r: number; p: number }, Buffer>(
  scryptCallback,
)

// Without letters and digits that look alike: it is read aloud and typed.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password nobody has to invent. */
export function generatePassword(random: Random): string {
  let out = ''
  while (out.length < PASSWORD_LENGTH) {
    for (const byte of random.bytes(PASSWORD_LENGTH)) {
      // Bytes beyond the last multiple would make some letters likelier.
      if (byte < 256 - (256 % ALPHABET.length)) out += ALPHABET[byte % ALPHABET.length]
    }
  }
  return out.slice(0, PASSWORD_LENGTH).replace(/.{5}(?=.)/g, '$&-')
}

/** What is kept of a password: `scrypt$N$r$p$salt$key`, base64. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES)
  const parameters = { N: SCRYPT_COST, r: SCRYPT_BLOCK_SIZE, p: SCRYPT_LANES }
  const key = await scrypt(password.normalize('NFKC'), salt, KEY_BYTES, parameters)
  const { N, r, p } = parameters
  return ['scrypt', N, r, p, Buffer.from(salt).toString('base64'), key.toString('base64')].join('$')
}

/** Whether a password is the one a secret was made of. Takes the same time for any password. */
export async function checkPassword(password: string, secret: string): Promise<boolean> {
  const [kind, n, r, p, salt = '', key = ''] = secret.split('$')
  if (kind !== 'scrypt') return false
  const expected = Buffer.from(key, 'base64')
  const parameters = { N: Number(n), r: Number(r), p: Number(p) }
  const actual = await scrypt(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64'),
    expected.length,
    parameters,
  )
  return timingSafeEqual(actual, expected)
}
