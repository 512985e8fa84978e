import * as z from 'zod'
import { delivery, demoSettings, methodSettings } from './delivery.ts'
import { directory } from './directories.ts'
import { eapServer } from './eap.ts'
import { enrolment } from './enrolment.ts'
import {
  byteCount,
  count,
  defaultAccountingListen,
  defaultListen,
  defaultStoreFile,
  duration,
  endpoint,
  type FieldContext,
  oneOrMore,
  path,
  secret,
  section,
  text,
  textOrNone,
} from './fields.ts'
import { gateway } from './gateways.ts'
import { macRule } from './mac.ts'
import { outageRule, policyRule, replyRule } from './rules.ts'
import { lastingStore } from './store/place.ts'
import { web } from './web.ts'

const lockout = section({
  slow_after: count(1, 100).default(5).describe('Wrong codes before answers are slowed.'),
  slow: duration({ min: '1s', max: '5m' })
    .prefault('5s')
    .describe('First back-off; each further wrong code doubles it.'),
  lock_after: count(1, 100).default(10).describe('Wrong codes before the second factor is locked.'),
  lock: duration({ min: '1m', max: '30d' }).prefault('15m').describe('How long a lock lasts.'),
})

const limits = section({
  prompts_per_user_hour: count(1, 1000)
    .default(10)
    .describe('Calls and messages to one person in an hour.'),
  prompts_per_number_hour: count(1, 1000)
    .default(10)
    .describe('Calls and messages to one number in an hour.'),
  prompts_per_prefix_hour: count(1, 100_000)
    .default(200)
    .describe(
      'Calls and messages in an hour to numbers that share all but their last four digits; more where more people have enrolled such numbers, three for each.',
    ),
  prompts_per_day: count(1, 10_000_000)
    .default(2000)
    .describe('Calls and messages in all, in a day.'),
  notice_texts_per_day: count(1, 10_000_000)
    .default(500)
    .describe(
      'Text messages in all, in a day, that tell people of changes to how they sign in. They count in no other limit. Mail is not limited so.',
    ),
  open_sign_ins: count(1, 1_000_000)
    .default(20_000)
    .describe('Sign-ins that may be open at once, over all gateways.'),
  reply_cache: duration({ min: '5s', max: '5m' })
    .prefault('30s')
    .describe('How long a reply is kept for a gateway that asks again.'),
  reply_cache_bytes: byteCount({ min: '1MB', max: '1GB' })
    .prefault('64MB')
    .describe('Memory for kept replies; the oldest go first.'),
})

const onFraud = section({
  stop: z
    .enum(['prompts', 'account'])
    .optional()
    .describe(
      'What stops until holdfast user unlock: calls and messages to the user, while codes from an app, a token or a phone still work; or the account. Absent: prompts for users who have such codes, account for all others.',
    ),
  tell: z
    .array(z.email('must be a mail address such as security@example.com'))
    .max(10)
    .default([])
    .describe(
      'Mail addresses of administrators who hear of each report at once. Needs an entry under delivery that carries mail.',
    ),
})

const webhooks = (context: FieldContext) =>
  section({
    listen: endpoint().describe('Where providers reach us, or the proxy in front.'),
    public_url: oneOrMore(
      z
        .url({ protocol: /^https?$/ })
        .refine((url) => !/[?#@]/.test(url), 'must be an address without ?, # and user name'),
    )
      .refine(
        (urls) => urls.length <= 2 && new Set(urls).size === urls.length,
        'must be one address, or two that differ: the second is asked where the first does not answer',
      )
      .describe(
        'Address as the provider sees it, such as https://mfa.example.com, with a path if there is one. Or a list of two: the provider asks the second one where the first does not answer. Signatures are checked against them.',
      ),
    cert_file: path(context)
      .optional()
      .describe('PEM certificate chain. Absent: a proxy ends TLS.'),
    key_file: path(context).optional().describe('PEM key of the certificate.'),
  })

const store = (context: FieldContext) =>
  z.union([z.literal('temporary'), lastingStore(context)], {
    error:
      'must be { sqlite: PATH } or { postgresql: { hosts, … } }, or temporary under insecure_demo',
  })

/** The whole configuration file. The one source: loading, reference page and JSON Schema come from it. */
export function createConfigSchema(context: FieldContext) {
  return section({
    insecure_demo: z
      .boolean()
      .default(false)
      .describe(
        'Allow secrets in this file, a temporary store and the demo phone. Everything then listens on loopback addresses only.',
      ),
    language: text()
      .default('en')
      .describe('Language of texts where a person has none, as a tag such as nl.'),
    default_region: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a country code such as NL')
      .optional()
      .describe(
        'Country of phone numbers that have no country code, such as NL. Required with an LDAP directory that has phone_attributes.',
      ),
    listen: z
      .array(endpoint())
      .min(1)
      .prefault([...defaultListen])
      .describe(
        'Where RADIUS requests arrive. Wildcards become one socket for each address of the machine.',
      ),
    accounting: section({
      listen: z
        .array(endpoint())
        .min(1)
        .prefault([...defaultAccountingListen])
        .describe('Where Accounting-Requests arrive: addresses as in listen.'),
      max_records: count(1_000, 100_000_000)
        .default(2_000_000)
        .describe(
          'Records kept at most, about 500 MB for each million. Each is kept for 24 hours. One gateway can have half of them.',
        ),
    })
      .optional()
      .describe(
        'Answers the Accounting-Requests of the gateways and keeps each for a day. Absent: off. See docs/how-to/accounting.md.',
      ),
    http: section({
      listen: endpoint().describe(
        'Where health, and the demo phone’s page, are served. Requests must name this address as Host, or localhost.',
      ),
    })
      .optional()
      .describe('Local HTTP. Absent: off.'),
    webhooks: webhooks(context)
      .optional()
      .describe(
        'HTTP for providers. Calls need it, or the listener of web.people, which answers providers where this is absent.',
      ),
    privacy: section({
      places: z
        .enum(['on', 'off'])
        .default('on')
        .describe(
          'Whether the portal shows people the network or address of each of their recent sign-ins, and says of one that waits for a yes that they came from there before. The audit has them in any case.',
        ),
      receipts: z
        .enum(['on', 'off'])
        .default('on')
        .describe(
          'Whether it is kept, for 30 days, when a phone has shown, opened and answered a sign-in. Without it, a phone that shows nothing stays the first choice.',
        ),
    })
      .prefault({})
      .describe('What is kept and shown of people. See docs/reference/privacy.md.'),
    web: web(context)
      .optional()
      .describe('Pages for people. See docs/how-to/portal.md. Absent: off.'),
    enrolment: enrolment()
      .prefault({})
      .describe(
        'What people need, besides their password, to set up a first way to sign in at the portal. A code of the helpdesk is always accepted. See docs/how-to/enrol-people.md.',
      ),
    admin_socket: path(context)
      .optional()
      .describe(
        'Unix socket for the commands. Default: /run/holdfast/admin.sock; in the demo one in the temporary folder.',
      ),
    helpdesk_group: z
      .string()
      .regex(/^[^:\n]{1,64}$/, 'must be the name of a group of this machine')
      .optional()
      .describe(
        'Group of the machine whose members may look at people, unlock them and give short bypasses without root. See docs/how-to/helpdesk.md. Absent: no one.',
      ),
    helpdesk_not_for: z
      .array(text())
      .default([])
      .describe(
        'Groups, as rules name them, for whose people the helpdesk makes no code, gives no bypass and ends no lock, such as Domain Admins. See docs/how-to/helpdesk.md.',
      ),
    node_name: text()
      .optional()
      .describe('Name of this process in the audit and the log. Default: the host name.'),
    eap: eapServer(context)
      .optional()
      .describe('The certificate for EAP. Needed by gateways with eap. Absent: off.'),
    store: store(context)
      .prefault({ sqlite: defaultStoreFile })
      .describe('Where enrolments and the audit are kept.'),
    sealing_key: secret(context)
      .optional()
      .describe(
        'Key that stored secrets are sealed with: 32 bytes in Base64 (openssl rand -base64 32). Default: credential:sealing-key; the demo makes one.',
      ),
    directories: z
      .record(directoryName(), directory(context))
      .refine((entries) => Object.keys(entries).length > 0, 'needs at least one directory')
      .describe('What checks passwords, by a name of your choice.'),
    gateways: z
      .record(entryName(), gateway(context))
      .refine((entries) => Object.keys(entries).length > 0, 'needs at least one gateway')
      .describe('Who may ask, by a name of your choice.'),
    rules: z
      .array(policyRule)
      .default([])
      .describe(
        'Who may sign in, and with what. The first rule that holds decides; where none does, the settings of the gateway. See docs/how-to/policy.md.',
      ),
    reply_rules: z
      .array(replyRule)
      .default([])
      .describe('What an Access-Accept carries, by group and gateway. See docs/how-to/policy.md.'),
    outage_rules: z
      .array(outageRule)
      .default([])
      .describe(
        'What may stand in for a second factor while a provider is down. The first rule that holds counts. See docs/how-to/policy.md.',
      ),
    mac_rules: z
      .array(macRule(context))
      .default([])
      .describe(
        'Devices without a person, such as printers, that get in by their MAC address. See docs/how-to/mac-authentication.md. Empty: none.',
      ),
    reply_match: z
      .enum(['all', 'first'])
      .default('all')
      .describe('Which of the reply rules that match count: all of them, or the first.'),
    methods: methodSettings(context).prefault({}).describe('Second factors.'),
    delivery: z
      .record(entryName(), delivery(context))
      .default({})
      .describe('Who carries texts, calls and mail, by a name of your choice.'),
    outgoing: section({
      proxy: z
        .url({
          protocol: /^http$/,
          error: 'must be an address such as http://proxy.example.com:3128',
        })
        .refine((url) => !/[?#@]/.test(url), 'must be an address without ?, # and user name')
        .optional()
        .describe(
          'HTTP proxy for push services, Twilio and providers of type http, such as http://proxy.example.com:3128. Mail and directories do not use it. Absent: none.',
        ),
    })
      .prefault({})
      .describe('How this server reaches services on the internet.'),
    lockout: lockout
      .prefault({})
      .describe('What happens after wrong codes. Only people lock, never gateways.'),
    limits: limits.prefault({}).describe('Upper bounds.'),
    audit: section({
      retention: duration({ min: '1d', max: '3650d' })
        .prefault('400d')
        .describe('How long records are kept.'),
      head_file: path(context)
        .optional()
        .describe(
          'File outside the store that keeps where the audit ends, so that rows which are cut off show. Default: audit-head.json in the CacheDirectory of the systemd unit; none without it.',
        ),
    })
      .prefault({})
      .describe('Record of every sign-in.'),
    log: section({
      level: z
        .enum(['error', 'warn', 'info', 'debug'])
        .default('info')
        .describe('Least important level that is written.'),
      format: z
        .enum(['auto', 'human', 'json'])
        .default('auto')
        .describe('Form of a line; auto is human on a terminal and json elsewhere.'),
    })
      .prefault({})
      .describe('Log, on standard output.'),
    references: z
      .boolean()
      .default(true)
      .describe(
        'Whether the text of a refusal ends in a short reference, such as Ref 7K2M, that holdfast why explains.',
      ),
    on_fraud: onFraud
      .prefault({})
      .describe(
        'What happens when users report that someone else signs in as them: 0# in a call, or "this was not me" at the portal.',
      ),
    on_stop: z
      .enum(['reject', 'silent'])
      .default('reject')
      .describe(
        'What open sign-ins hear when the service stops; silent where the gateway has another server to ask.',
      ),
    stop_timeout: duration({ max: '5m' })
      .prefault('20s')
      .describe('How long open prompts may go on when the service stops.'),
    texts: z
      .record(text(), z.record(text(), textOrNone()))
      .default({})
      .describe('Your own wording: language, then key, then text.'),
    dictionaries: z
      .array(path(context))
      .default([])
      .describe('Further RADIUS dictionary files, for names under reply.'),
    demo: demoSettings.optional().describe('What the demo starts with. Only under insecure_demo.'),
  })
}

/** What the schema gives, before defaults that depend on other fields. */
export type ParsedConfig = z.output<ReturnType<typeof createConfigSchema>>

function entryName() {
  return z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'a name has letters, digits, and . _ - behind the first')
}

/** `none` means that nothing checks the password, so no directory can have that name. */
function directoryName() {
  return entryName().refine((name) => name !== 'none', 'none is not a name for a directory')
}
