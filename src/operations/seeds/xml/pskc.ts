import {
  checkSeed,
  collectSeeds,
  lastPart,
  readAlgorithm,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
  seedProblem,
  shownPart,
} from '../record.ts'
import { createPskcCipher, type PskcOpener } from './pskc-cipher.ts'
import { findPskcKey, type PskcSecrets } from './pskc-key.ts'
import { readPskcPolicy } from './pskc-policy.ts'
import { createPskcValues } from './pskc-values.ts'
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from './xml.ts'

export type PskcOptions = {
  readonly secrets: PskcSecrets
  readonly defaults: SeedDefaults
  readonly nowMs: number
}

/**
 * Reads a PSKC key container (RFC 6030) with TOTP and HOTP keys in clear text, or encrypted with a pre-shared key or a
 * password. Also the layouts of the drafts before it, which had `<Device>` for `<KeyPackage>`. Line numbers are those
 * of the opening tag of what is wrong.
 */
export function parsePskc(container: XmlElement, options: PskcOptions): SeedFile {
  const opener = openerOf(container, options.secrets)
  if (opener && 'text' in opener) return { records: [], problems: [opener] }
  const packages = [...childrenOf(container, 'KeyPackage'), ...childrenOf(container, 'Device')]
  if (packages.length === 0) {
    const text = 'there is no KeyPackage in it'
    return { records: [], problems: [{ line: container.line, text }] }
  }
  const file = collectSeeds(packages.flatMap((each) => readPackage(each, opener, options)))
  return childOf(container, 'Signature')
    ? { ...file, notes: ['the signature of the file is not checked'] }
    : file
}

function openerOf(
  container: XmlElement,
  secrets: PskcSecrets,
): PskcOpener | SeedProblem | undefined {
  const older = childOf(container, 'EncryptionMethod')
  if (older && attributeOf(older, 'Algorithm')?.toUpperCase() !== 'NONE') {
    return {
      line: older.line,
      text: 'the keys are encrypted as in the drafts before RFC 6030 (EncryptionMethod), which is not supported; decrypt the file first',
    }
  }
  const encryption = childOf(container, 'EncryptionKey')
  if (!encryption) return undefined
  const found = findPskcKey(encryption, secrets)
  if ('text' in found) return found
  const cipher = createPskcCipher(container, found.key)
  return 'problem' in cipher ? { line: encryption.line, text: cipher.problem } : cipher.open
}

/** A package has one key, a device of the drafts several. */
function readPackage(
  keyPackage: XmlElement,
  opener: PskcOpener | undefined,
  options: PskcOptions,
): readonly (SeedRecord | SeedProblem)[] {
  const keys = [...childrenOf(keyPackage, 'Key'), ...childrenOf(keyPackage, 'Secret')]
  const device = childOf(keyPackage, 'DeviceInfo') ?? childOf(keyPackage, 'DeviceId')
  if (keys.length === 0) {
    const text = `there is no Key in this ${keyPackage.name}`
    return [seedProblem(keyPackage.line, textOf(device, 'SerialNo'), text)]
  }
  return keys.map((key) => readKey(key, device, opener, options))
}

function readKey(
  key: XmlElement,
  device: XmlElement | undefined,
  opener: PskcOpener | undefined,
  { defaults, nowMs }: PskcOptions,
): SeedRecord | SeedProblem {
  const serial = textOf(device, 'SerialNo') ?? attributeOf(key, 'Id', 'KeyId', 'SecretId')
  const wrong = (text: string) => seedProblem(key.line, serial, text)
  const algorithmName = attributeOf(key, 'Algorithm', 'KeyAlgorithm', 'SecretAlgorithm')
  const method = lastPart(algorithmName ?? '').toLowerCase()
  if (method !== 'totp' && method !== 'hotp') {
    const shown = shownPart(algorithmName ?? '')
    return wrong(
      `the Algorithm of the key is ${shown || 'not known'}, which is neither TOTP nor HOTP`,
    )
  }
  const parameters = childOf(key, 'AlgorithmParameters') ?? childOf(key, 'Usage')
  const suite = textOf(parameters, 'Suite')
  const algorithm = readAlgorithm(suite ?? defaults.algorithm ?? 'sha1')
  if (!algorithm) return wrong('the Suite of the key is none of HMAC-SHA1, -SHA256, -SHA512')
  const format = childOf(parameters, 'ResponseFormat')
  const formatProblem = responseProblem(format)
  if (formatProblem !== undefined) return wrong(formatProblem)
  const policy = readPskcPolicy(key, device, nowMs)
  if ('problem' in policy) return wrong(policy.problem)
  const values = createPskcValues(key, opener)
  const seed = values.secret()
  if ('problem' in seed) return wrong(seed.problem)
  const [counter, period, drift] = [
    method === 'hotp' ? values.number('Counter') : undefined,
    method === 'totp' ? values.number('TimeInterval') : undefined,
    method === 'totp' ? values.number('TimeDrift') : undefined,
  ]
  for (const value of [counter, period, drift]) {
    if (typeof value === 'object') return wrong(value.problem)
  }
  const numbers = [counter, period, drift].map((value) =>
    typeof value === 'string' ? value : undefined,
  )
  return checkSeed({
    line: key.line,
    user: userOf(textOf(key, 'UserId') ?? textOf(device, 'UserId')) ?? defaults.user,
    serial,
    label: textOf(key, 'FriendlyName') ?? textOf(device, 'Model'),
    method,
    seed,
    algorithm,
    digits: attributeOf(format, 'Length') ?? defaults.digits,
    counter: numbers[0] ?? defaults.counter,
    period: numbers[1] ?? defaults.period,
    drift: numbers[2],
    ...policy,
  })
}

/** Codes are decimal digits without a check digit. */
function responseProblem(format: XmlElement | undefined): string | undefined {
  const encoding = attributeOf(format, 'Encoding', 'Format') ?? 'DECIMAL'
  if (encoding.toUpperCase() !== 'DECIMAL') {
    return `the Encoding of the ResponseFormat is ${shownPart(encoding)}; it must be DECIMAL`
  }
  const checkDigit = attributeOf(format, 'CheckDigits', 'CheckDigit') ?? 'false'
  return /^(false|0)$/i.test(checkDigit)
    ? undefined
    : 'its codes end with a check digit (CheckDigits), which is not supported'
}

/** A UserId is a distinguished name (RFC 6030 section 4.1); many tools write a bare name. */
function userOf(userId: string | undefined): string | undefined {
  const [, value] = /^(?:uid|cn)\s*=\s*((?:\\.|[^,+\\])+)/i.exec(userId ?? '') ?? []
  return value?.replace(/\\(\W)/g, '$1').trim() ?? userId
}
