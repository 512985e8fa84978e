import * as z from 'zod'
import { methods } from '../../accounts/index.ts'
import { findCharset } from '../../support/index.ts'
import { findPreset, presetNames, settingsOf } from '../presets/index.ts'
import { gatewayEap } from './eap.ts'
import {
  addressOrPrefix,
  count,
  day,
  duration,
  type FieldContext,
  oneOrMore,
  replyValueOf,
  secret,
  section,
  text,
  textOrNone,
} from './fields.ts'

const replyValue = replyValueOf(textOrNone())

const appendRules = section({
  delimiter: z
    .string()
    .max(8)
    .default(',')
    .refine((delimiter) => !/[0-9A-Za-z\s-]/.test(delimiter), {
      error: 'must not hold a letter, digit, dash or blank: codes do',
    })
    .describe(
      'Between password and code: up to 8 characters that no code holds. Empty, with flow append only: the last digits are the code.',
    ),
  words: z
    .boolean()
    .optional()
    .describe(
      'Whether push, call, sms, phone2, email and passkey work after the delimiter. Default: with flow append only.',
    ),
})

const append = z.union([z.literal(false), appendRules], {
  error: 'must be false, or delimiter and words',
})

export const defaultPatience = '10s'

/** One RADIUS client and its rules. Where a setting is absent, the value of its preset is used. */
export function gateway(context: FieldContext) {
  return z.preprocess(withPreset, gatewayFields(context))
}

/**
 * Lays what the file says over what its preset sets, so that both pass the same schema. Patience is
 * learnt unless the file itself says how long it is.
 */
function withPreset(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
  const learns = { learn_patience: !('patience' in entry) }
  const preset = 'preset' in entry ? findPreset(entry.preset) : undefined
  if (preset === undefined) return { ...learns, ...entry }
  return { ...learns, ...settingsOf(preset), ...entry, preset }
}

function gatewayFields(context: FieldContext) {
  return section({
    preset: z
      .enum(presetNames)
      .optional()
      .describe(
        'What kind of gateway it is: gives defaults for what is absent here. See docs/reference/gateways.md.',
      ),
    address: oneOrMore(addressOrPrefix()).describe(
      'Where its packets come from: an address, a prefix, or a list.',
    ),
    nas_identifier: text()
      .max(253)
      .optional()
      .describe(
        'Tells gateways of one address apart: the NAS-Identifier, or its start and *. "*" is any other, or none.',
      ),
    trust_nas_identifier: z
      .boolean()
      .default(false)
      .describe(
        'Gateways of one address may share a secret. Anyone who knows it can choose the weakest of them.',
      ),
    secret: secret(context).describe('Shared secret; 16 characters or more.'),
    message_authenticator: z
      .enum(['required', 'learn', 'optional'])
      .default('required')
      .describe(
        'Whether requests must carry Message-Authenticator (CVE-2024-3596). learn: required from the first one on.',
      ),
    message_authenticator_until: day()
      .optional()
      .describe(
        'The last day on which learn or optional counts, such as 2027-01-31; from then on it is required.',
      ),
    group: text()
      .optional()
      .describe(
        'Gateways of one group count as one: a sign-in may go on at another. Default: its own name.',
      ),
    label: text()
      .max(60)
      .optional()
      .describe('Name shown and spoken in prompts. Default: its own name.'),
    flow: z
      .enum(['auto', 'hold', 'challenge', 'append', 'code-only'])
      .default('auto')
      .describe('How the second factor reaches the person.'),
    challenges: z
      .boolean()
      .default(true)
      .describe('Whether the gateway can show an Access-Challenge.'),
    patience: duration({ min: '2s', max: '10m' })
      .prefault(defaultPatience)
      .describe('How long the gateway waits for an answer: its time-out times its tries.'),
    learn_patience: z
      .boolean()
      .optional()
      .describe(
        'Whether to learn from its packets how long it really waits; patience is then where that begins. Default: true where patience is not set here.',
      ),
    margin: duration({ min: '200ms', max: '30s' })
      .prefault('1s')
      .describe('How long before the end of its patience it gets its answer.'),
    first_factor: oneOrMore(text())
      .optional()
      .describe(
        'Directories that check the password, in order, or none: the gateway has checked it. Default: all directories; none with flow code-only.',
      ),
    directories: oneOrMore(text())
      .optional()
      .describe('With first_factor none: where people are looked up. Default: all.'),
    prompt_without_password: z
      .boolean()
      .default(false)
      .describe(
        'With first_factor none: whether calls and messages may go out. Anyone who can reach the gateway can make phones ring.',
      ),
    second_factor_first: z
      .boolean()
      .default(false)
      .describe('Check a typed code before the password.'),
    methods: z
      .array(z.enum(methods))
      .min(1)
      .optional()
      .describe('Methods allowed here, preferred first. Default: all that are set up.'),
    append: append
      .prefault({})
      .describe(
        'How a code follows the password. false: nothing does, and all that was typed is the password.',
      ),
    person_specific_device: z
      .boolean()
      .default(false)
      .describe(
        'Whether Calling-Station-Id names the person’s device, and not the gateway or a shared address. Turn it on when you have seen that it differs from person to person.',
      ),
    device_attribute: text()
      .optional()
      .describe(
        'Attribute of a request that names the person’s device, by its name in the dictionary. Default: Calling-Station-Id.',
      ),
    on_directory_down: z
      .enum(['reject', 'silent'])
      .default('reject')
      .describe(
        'What the gateway gets when no directory answers; silent lets it try its next server.',
      ),
    require_groups: z
      .array(text())
      .default([])
      .describe('Groups, by name or DN, one of which a person must be in. Empty: all users.'),
    deny_groups: z
      .array(text())
      .default([])
      .describe('Groups, by name or DN, whose members are refused.'),
    reply: z
      .record(text(), oneOrMore(replyValue))
      .default({})
      .describe('Attributes of every Access-Accept, by their name in the dictionary.'),
    charset: z
      .string()
      .meta({ form: 'character set' })
      .refine((name) => findCharset(name) !== undefined, {
        error:
          'must be utf-8, or a character set with one byte a character, by its name in the WHATWG Encoding Standard, such as latin1, windows-1250 or iso-8859-15',
      })
      .default('utf-8')
      .describe(
        'How the gateway writes passwords and names, and reads texts: utf-8, or a set with one byte a character, by its name in the WHATWG Encoding Standard. latin1 and iso-8859-1 mean windows-1252, as Windows programs do; others are windows-1250, windows-1251, iso-8859-15.',
      ),
    ms_chap_v1: z
      .boolean()
      .default(false)
      .describe(
        'Whether MS-CHAP of version 1 counts too. Its responses are easier to break, and the person cannot tell a false server.',
      ),
    eap: gatewayEap
      .optional()
      .describe(
        'EAP, for Wi-Fi, switches and VPNs that send it. Absent: requests with EAP are refused.',
      ),
    open_sign_ins: count(1, 100_000)
      .default(2000)
      .describe('Sign-ins that may be open at once; more are dropped.'),
  })
}
