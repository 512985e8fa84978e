import * as z from 'zod'
import { campaign } from './campaign.ts'
import { addressOrPrefix, section } from './fields.ts'
import { parsePrefix } from './prefix.ts'

/** A password alone is enough there, so a network is one that a company has: not a part of the internet. */
const shortestPrefix = { 4: 8, 6: 32 }

function network() {
  return addressOrPrefix().refine((value) => {
    const prefix = parsePrefix(value)
    return typeof prefix === 'string' || prefix.length >= shortestPrefix[prefix.family]
  }, 'covers too much of the internet: name the networks of your own')
}

/** What, beside the password, lets people set up their first way to sign in at the portal (PEOPLE R2). */
export function enrolment() {
  return section({
    campaigns: z
      .array(campaign())
      .max(20)
      .default([])
      .describe(
        'Times in which people of a group may sign in with their password alone until they have set something up. See docs/how-to/enrol-people.md.',
      ),
    networks: z
      .array(network())
      .default([])
      .describe(
        'Networks from which people may set up a first way to sign in with their password alone, such as the wired network of the head office. Never name the addresses that a VPN hands out, or a guest Wi-Fi: an attacker with a password could be there.',
      ),
    directory_phones: z
      .enum(['not-trusted', 'written-by-administrators'])
      .default('not-trusted')
      .describe(
        'Whether a code to a phone number of the directory proves a person at the portal. In Active Directory people may write their own numbers unless you take that right away, so a thief with a password could enter another one. holdfast check looks.',
      ),
  })
}
