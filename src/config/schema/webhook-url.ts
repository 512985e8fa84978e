import type { ParsedConfig } from './schema.ts'

/** The addresses that providers ask, in this order: those of `webhooks`, or else that of the portal. Empty: there is none. */
export function webhookUrls({
  webhooks,
  web,
}: Pick<ParsedConfig, 'webhooks' | 'web'>): readonly string[] {
  return webhooks?.publicUrl ?? (web?.people === undefined ? [] : [web.people.publicUrl])
}
