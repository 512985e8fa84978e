import {
  checkSeed,
  collectSeeds,
  readAlgorithm,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
  seedProblem,
} from '../record.ts'
import { decodeHex } from '../text-bytes.ts'
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from './xml.ts'

/** Elements of an application whose meaning is known, in lower case. */
const known = ['seed', 'movingfactor', 'timeinterval', 'digits', 'algorithm']

/**
 * Reads `<Tokens>` as SafeNet (Aladdin, Gemalto, Thales) delivers its tokens: a serial number, and in it applications with a
 * seed in hex and a moving factor. The files say nothing of digits and hash: six and SHA-1 unless `defaults` say otherwise.
 */
export function parseSafenet(root: XmlElement, defaults: SeedDefaults): SeedFile {
  const tokens = root.name === 'Token' ? [root] : childrenOf(root, 'Token')
  if (tokens.length === 0) {
    return { records: [], problems: [{ line: root.line, text: 'there is no Token in it' }] }
  }
  return collectSeeds(tokens.flatMap((token) => readToken(token, defaults)))
}

function readToken(
  token: XmlElement,
  defaults: SeedDefaults,
): readonly (SeedRecord | SeedProblem)[] {
  const serial = attributeOf(token, 'serial', 'serialNumber', 'SerialNo')?.trim()
  const applications = childrenOf(childOf(token, 'Applications') ?? token, 'Application')
  if (applications.length === 0) {
    return [seedProblem(token.line, serial, 'there is no Application in this Token')]
  }
  return applications.map((application) => readApplication(application, serial, token, defaults))
}

function readApplication(
  application: XmlElement,
  serial: string | undefined,
  token: XmlElement,
  defaults: SeedDefaults,
): SeedRecord | SeedProblem {
  const wrong = (text: string) => seedProblem(application.line, serial, text)
  if (!serial) return wrong('the Token has no serial number')
  if (application.children.some(({ name }) => !known.includes(name.toLowerCase()))) {
    return wrong(`the Application has an element that is not supported; Seed and MovingFactor are`)
  }
  const seed = decodeHex(textOf(application, 'Seed') ?? '')
  if (!seed || seed.length === 0) return wrong('the Seed is not hex')
  const counter = textOf(application, 'MovingFactor')
  const period = textOf(application, 'TimeInterval')
  const method = period === undefined ? (defaults.method ?? (counter && 'hotp')) : 'totp'
  if (method !== 'hotp' && method !== 'totp') {
    return wrong(
      'the file does not say if its codes follow the time or a counter; add --set method=totp or method=hotp',
    )
  }
  const hash = textOf(application, 'Algorithm') ?? defaults.algorithm
  if (hash === undefined && seed.length === 32) {
    return wrong(
      'the seed has 32 bytes, and the file does not say for which hash; add --set algorithm=sha256 (or sha1)',
    )
  }
  const algorithm = readAlgorithm(hash ?? 'sha1')
  if (!algorithm) return wrong('algorithm must be sha1, sha256 or sha512')
  return checkSeed({
    line: application.line,
    user: defaults.user,
    serial,
    label: textOf(token, 'ProductName'),
    method,
    seed,
    algorithm,
    digits: textOf(application, 'Digits') ?? defaults.digits,
    period: period ?? defaults.period,
    counter: counter ?? defaults.counter,
  })
}
