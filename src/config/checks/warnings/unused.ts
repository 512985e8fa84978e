import type { IdleSetting } from '../../finding.ts'
import type { Config } from '../../resolved/resolve.ts'

const carried = ['sms', 'call', 'email'] as const

/** Providers that carry nothing, and methods that no gateway allows. */
export function findUnused({ delivery, gateways, methods }: Config): readonly IdleSetting[] {
  const inUse = new Set<string>(carried.flatMap((method) => methods[method]?.via ?? []))
  // Without codes by mail, the first entry for mail still carries notices, reminders and reports of fraud.
  const mail = Object.entries(delivery).find(([, { type }]) => type === 'smtp')?.[0]
  if (mail !== undefined && methods.email === undefined) inUse.add(mail)
  const allowed = new Set<string>(Object.values(gateways).flatMap((gateway) => gateway.methods))
  return [
    ...Object.entries(delivery)
      .filter(([name]) => !inUse.has(name))
      .map(([name, { type }]) => ({
        setting: `delivery.${name}`,
        why: 'carries nothing: no method names it',
        remedy: `Name it under methods, such as methods.${type === 'smtp' ? 'email' : 'sms'}.via: ${name}, or take it out.`,
      })),
    ...carried
      .filter((method) => methods[method] !== undefined && !allowed.has(method))
      .map((method) => ({
        setting: `methods.${method}`,
        why: 'is never used: every gateway lists its methods, and none lists this one',
        remedy: `Add ${method} to methods of a gateway, or take it out here.`,
      })),
  ]
}
