import * as z from 'zod'
import { addressOrPrefix, endpoint, type FieldContext, path, section, text } from './fields.ts'

/** What each web surface has: a port of its own, and the address that browsers know. */
const surface = {
  listen: endpoint().describe(
    'Where the pages are served, or where the proxy in front reaches them. Each surface has a port of its own.',
  ),
  public_url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://mfa.example.com' })
    .transform((url, issues) => {
      const { origin, href } = new URL(url)
      if (href === `${origin}/` && !/[?#]/.test(url)) return origin
      issues.addIssue(
        'must be a host name, with a port where it is not the usual one, and nothing behind it, such as https://mfa.example.com',
      )
      return origin
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

/** The pages for people; console and API will stand beside them. */
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
    people: section(surface)
      .optional()
      .describe('The portal, where people set up and manage how they sign in. Absent: off.'),
  })
}
