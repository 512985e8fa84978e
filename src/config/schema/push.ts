import * as z from 'zod'
import { addressOrPrefix, count, type FieldContext, path, section } from './fields.ts'

/** `push.example.com`, or `*.push.example.com` for all names below. Never an address. */
function serviceHost() {
  return z
    .string()
    .regex(
      /^(?:\*\.)?(?=[^*]*[a-z])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
      'must be the name of a host in small letters, such as push.example.com or "*.push.example.com"',
    )
}

const service = (context: FieldContext) =>
  section({
    host: serviceHost().describe('Name of the host, or *. and a name for all hosts below it.'),
    port: count(1, 65535).default(443).describe('Port.'),
    addresses: z
      .array(addressOrPrefix())
      .default([])
      .describe(
        'Addresses or prefixes of its network that count although they are private. Empty: public addresses alone.',
      ),
    ca_file: path(context)
      .optional()
      .describe(
        'PEM file with the authorities that sign its certificate. Default: those of the system.',
      ),
  })

/** Phones that approve sign-ins, and how they are told that one waits. */
export function push(context: FieldContext) {
  return section({
    digits: count(2, 6)
      .default(2)
      .meta({ unit: 'digits' })
      .describe(
        'Length of the number that is typed on the phone: the gateway shows it, or people choose it and type it after the password. ASVS 6.5.4 and NIST 800-63B-4 want six.',
      ),
    notifications: z
      .enum(['on', 'off'])
      .default('on')
      .describe(
        'Whether phones can be told that a sign-in is waiting, by the push service of their browser. off: the page on the phone has to be open.',
      ),
    contact: z
      .email('must be a mail address such as mfa@example.com')
      .optional()
      .describe(
        'Mail address at which a push service can reach you. Default: the public_url of web.people, where it begins with https.',
      ),
    services: z
      .array(
        z.union(
          [
            serviceHost().transform((host) => ({ host, port: 443, addresses: [] })),
            service(context),
          ],
          {
            error: 'must be the name of a host, or a mapping with host',
          },
        ),
      )
      .default([])
      .describe(
        'Push services besides those of Google, Mozilla, Apple and Microsoft, such as one of your own. Nothing is sent to any other host.',
      ),
  })
}
