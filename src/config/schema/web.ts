import * as z from 'zod'
import { addressOrPrefix, endpoint, type FieldContext, path, section, text } from './fields.ts'

/** The web surfaces. Each has a port and an origin of its own. */
export const surfaceNames = ['people', 'console', 'api'] as const
export type SurfaceName = (typeof surfaceNames)[number]

/** The address that browsers know, and the proxies that they come through. */
const shown = {
  public_url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://mfa.example.com' })
    .transform((url, issues) => {
      const { origin, href } = new URL(url)
      if (href !== `${origin}/` || /[?#]/.test(url)) {
        issues.addIssue(
          'must be a host name, with a port where it is not the usual one, and nothing behind it, such as https://mfa.example.com',
        )
      }
      // The dot that ends a full name is not part of the origin that browsers send.
      return origin.replace(/(?<=[^/.])\.(?=$|:\d+$)/, '')
    })
    .describe(
      'Address as browsers see it, such as https://mfa.example.com. Changes are accepted from pages of this address only, and passkeys are bound to its host name: choose one that stays.',
    ),
  trusted_proxies: z
    .array(addressOrPrefix())
    .default([])
    .describe(
      'Addresses or prefixes of the proxies in front. X-Forwarded-For is believed from them only; without it, all people behind a proxy count as one address.',
    ),
}

const people = {
  listen: endpoint().describe(
    'Where the pages are served, or where the proxy in front reaches them. Each surface has a port of its own.',
  ),
  ...shown,
}

/** What is on the loopback address until the file says otherwise: it is not for everyone. */
function inside(listen: string) {
  return {
    listen: endpoint()
      .prefault(listen)
      .describe(
        'Where it is served, or where the proxy in front reaches it. Each surface has a port of its own.',
      ),
    ...shown,
    public_url: shown.public_url.describe(
      'Address as browsers and programs see it, such as https://admin.example.com. Give each surface a host name of its own; another port of the same host is allowed.',
    ),
  }
}

/** The pages for people, the console for administrators, and the API for programs. */
export function web(context: FieldContext) {
  return section({
    certificate: section({
      cert_file: path(context).describe('PEM certificate chain, the own certificate first.'),
      key_file: path(context).describe('PEM key of the certificate.'),
    })
      .optional()
      .describe(
        'Certificate of the web surfaces. The files are read again when they change. Absent: plain HTTP, for a proxy that ends TLS.',
      ),
    company: section({
      name: text()
        .max(64)
        .optional()
        .describe('Name of the company, shown on every page. Absent: Holdfast.'),
      logo: path(context)
        .optional()
        .describe('SVG, PNG or WebP file with the logo, at most 200 kB. Absent: the name alone.'),
      colour: z
        .string()
        .regex(/^#[\da-f]{6}$/i, 'must be a colour such as "#1d5fa8", in quotes')
        .optional()
        .describe('Main colour of the company, such as "#1d5fa8". Absent: that of Holdfast.'),
    })
      .prefault({})
      .describe('What the pages show of the company.'),
    helpdesk: text()
      .max(200)
      .optional()
      .describe(
        'Whom people call when they cannot go on, such as "the service desk, extension 4400". Shown on the pages and in messages.',
      ),
    people: section(people)
      .optional()
      .describe('The portal, where people set up and manage how they sign in. Absent: off.'),
    console: section(inside('127.0.0.1:8444'))
      .optional()
      .describe(
        'The console for administrators and the helpdesk. This version serves one page there, which names the commands to use instead. Absent: off.',
      ),
    api: section(inside('127.0.0.1:8445'))
      .optional()
      .describe(
        'The API for programs. This version answers every request with a problem document. Absent: off.',
      ),
  })
}
