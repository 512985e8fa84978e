import * as z from 'zod'
import {
  count,
  duration,
  type FieldContext,
  oneOrMore,
  path,
  secret,
  section,
  text,
} from './fields.ts'
import { push } from './push.ts'

/** A phone number in E.164: `+31612345678`. */
export function phoneNumber() {
  return z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a number such as "+31612345678", in quotes')
}

const sender = section({
  prefix: text()
    .regex(/^\+\d{1,14}$/, 'must be the start of a number, such as "+31", in quotes')
    .describe('Start of the numbers it is for.'),
  number: text().describe('Number in E.164, or for texts a sender name.'),
})

function twilio(context: FieldContext) {
  return section({
    type: z.literal('twilio').describe('Texts and calls through Twilio.'),
    account_sid: text()
      .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hex digits')
      .describe('Account SID.'),
    auth_token: secret(context)
      .optional()
      .describe('Auth token; calls need it, because it proves who calls the webhook.'),
    api_key: text()
      .optional()
      .describe('API key SID, used instead of the auth token for requests.'),
    api_secret: secret(context).optional().describe('Secret of api_key.'),
    from: oneOrMore(z.union([text(), sender])).describe(
      'Numbers we call and text from. A text may come from a sender name as well. Of several, the one with the longest prefix that fits the person’s number is used.',
    ),
    machine_detection: z.boolean().default(true).describe('Hang up on answering machines.'),
    calls_per_second: z
      .number()
      .positive()
      .max(100)
      .default(1)
      .describe('Calls that Twilio starts in a second for this account.'),
  })
}

function httpGateway(context: FieldContext) {
  return section({
    type: z.literal('http').describe('Texts through any provider with an HTTP API.'),
    url: z
      .url({ protocol: /^https?$/ })
      .describe('Where to send; {to}, {to_digits}, {text} and {secret} are filled in.'),
    method: z.enum(['POST', 'PUT', 'GET']).default('POST').describe('HTTP method.'),
    headers: z
      .record(text(), z.string())
      .default({})
      .describe('Headers; {secret} is filled in. Content-Type says how the body is escaped.'),
    body: z
      .string()
      .optional()
      .describe('Body; {to}, {to_digits}, {text} and {secret} are filled in, escaped.'),
    secret: secret(context).optional().describe('Token of the provider, for {secret}.'),
    success: z
      .string()
      .optional()
      .describe('Regular expression that the answer must fit, where a 2xx status is not enough.'),
    timeout: duration({ min: '500ms', max: '60s' })
      .prefault('10s')
      .describe('How long the provider may take.'),
  })
}

function smtp(context: FieldContext) {
  return section({
    type: z.literal('smtp').describe('Mail through a mail server.'),
    host: text().describe('Name of the server.'),
    port: count(1, 65535).default(587).describe('Port; 465 is usual with tls: implicit.'),
    tls: z
      .enum(['starttls', 'implicit', 'insecure-plaintext'])
      .default('starttls')
      .describe('How the connection is encrypted.'),
    ca_file: path(context)
      .optional()
      .describe(
        'PEM file with the authorities that sign its certificate. Default: those of the system.',
      ),
    from: text().describe('Sender, such as Sign-in <mfa@example.com>.'),
    user: text().optional().describe('Account at the server.'),
    password: secret(context).optional().describe('Password of user.'),
    timeout: duration({ min: '500ms', max: '60s' })
      .prefault('10s')
      .describe('How long the server may take.'),
  })
}

const demoPhone = section({
  type: z
    .literal('demo')
    .describe(
      'The demo phone: texts, calls and mail in the terminal and on a page. Only under insecure_demo.',
    ),
})

/** Who carries a text, a call or a mail. */
export function delivery(context: FieldContext) {
  return z.discriminatedUnion('type', [
    twilio(context),
    httpGateway(context),
    smtp(context),
    demoPhone,
  ])
}

const via = text().describe('Name of the entry under delivery that carries it.')
const attempts = count(1, 10).default(3).describe('Wrong codes before the code is void.')

const sms = section({
  via,
  expiry: duration({ min: '1m', max: '15m' })
    .prefault('5m')
    .describe('How long a code is good for.'),
  attempts,
  resend_after: duration({ min: '10s', max: '10m' })
    .prefault('30s')
    .describe('How long before another text can be asked for.'),
  resends: count(0, 10).default(3).describe('Texts that can be asked for again in one sign-in.'),
})

/** How codes are sent where no setting says so, such as in a call that reads one out: as texts are by default. */
export const usualSentCode = sms.parse({ via: 'none' })

/** How each method works. */
export function methodSettings(context: FieldContext) {
  return section({
    totp: section({
      window: count(0, 10)
        .default(1)
        .meta({ unit: 'steps' })
        .describe('Steps before and after now that count.'),
    })
      .prefault({})
      .describe('Codes of an app that change with time.'),
    hotp: section({
      look_ahead: count(0, 100)
        .default(10)
        .meta({ unit: 'counters' })
        .describe('Counters ahead that count.'),
    })
      .prefault({})
      .describe('Codes of a token that change with use.'),
    push: push(context)
      .prefault({})
      .describe('Phones that approve sign-ins. They need web.people.'),
    sms: sms.optional().describe('Codes by text message. Absent: off.'),
    call: section({
      via,
      mode: z
        .enum(['approve', 'read-code'])
        .default('approve')
        .describe('Whether the person presses # or hears a code to type.'),
      backup: z.boolean().default(true).describe('Try the backup number if no one answers.'),
    })
      .optional()
      .describe('Phone calls. Absent: off.'),
    email: section({
      via,
      expiry: duration({ min: '1m', max: '30m' })
        .prefault('10m')
        .describe('How long a code is good for.'),
      attempts,
    })
      .optional()
      .describe('Codes by mail. Absent: off.'),
  })
}

const enrolment = {
  directory: text().describe('Directory of the person.'),
  user: text().describe('User name.'),
}

/** What a demo starts with, since its store starts empty. */
export const demoSettings = section({
  enrolments: z
    .array(
      z.discriminatedUnion('method', [
        section({
          ...enrolment,
          method: z.literal('totp').describe('An app.'),
          seed: text()
            .regex(/^[A-Z2-7]{16,}$/, 'must be Base32')
            .describe('Seed in Base32.'),
        }),
        section({
          ...enrolment,
          method: z.enum(['sms', 'call']).describe('A phone.'),
          phone: phoneNumber().describe('Number of the phone.'),
        }),
      ]),
    )
    .default([])
    .describe('Authenticators that exist from the start.'),
  wifi_certificate: z
    .boolean()
    .default(false)
    .describe(
      'Make an authority and a certificate for EAP at the first start, in the folder of the socket for commands.',
    ),
  wifi_devices: z
    .array(text().regex(/^[a-z0-9.-]+$/, 'must be the name of a local user'))
    .default([])
    .describe(
      'With wifi_certificate: people for whose devices it makes certificates as well, for EAP-TLS.',
    ),
})
