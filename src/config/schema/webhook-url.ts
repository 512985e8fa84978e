import type { ParsedConfig } from './schema.ts'

/** The address that providers ask: that of `webhooks`, or else that of the portal. Undefined: there is none. */
export function webhookUrl({
  webhooks,
  web,
}: Pick<ParsedConfig, 'webhooks' | 'web'>): string | undefined {
  return webhooks?.publicUrl ?? web?.people?.publicUrl
}
