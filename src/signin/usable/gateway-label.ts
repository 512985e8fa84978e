import type { GatewayRules } from '../attempt.ts'
import type { Texts } from '../ports/index.ts'

/** How people call a gateway; the portal in their language. */
export function labelOf(
  { isPortal, label }: Pick<GatewayRules, 'isPortal' | 'label'>,
  texts: Texts,
  language: string | undefined,
): string {
  if (!isPortal) return label
  return label === ''
    ? texts.text('recent-portal', language)
    : texts.text('recent-portal-of', language, { company: label })
}
