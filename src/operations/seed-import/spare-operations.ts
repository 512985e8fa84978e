import * as z from 'zod'
import { spareTokenOwner } from '../../accounts/index.ts'
import type { Token } from '../../store/index.ts'
import { type AuthenticatorView, viewAuthenticator } from '../authenticators/view.ts'
import { findSpareToken } from '../enrolment/spare-tokens.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation, reason } from '../operation.ts'
import { maximumSerialsPerCall, seedRowsPerEvent } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'

export type SpareTokenView = AuthenticatorView & { readonly serial: string }

const removal = z.strictObject({
  /** Serial numbers, as people type them, or `all`. */
  which: z.union([
    z.literal('all'),
    z.array(z.string().min(1).max(256)).min(1).max(maximumSerialsPerCall),
  ]),
  reason: reason.optional(),
})

/** Lists and removes spare tokens, which `seeds.import` stores and people claim at the portal. */
export function createSpareTokenOperations(parts: AdminParts) {
  const { store } = parts

  const view = (token: Token): SpareTokenView => ({
    ...viewAuthenticator(token, parts.usableMethods()),
    serial: token.label.slice(token.label.lastIndexOf(' ') + 1),
  })

  async function findAll(): Promise<readonly Token[]> {
    const found: Token[] = []
    for await (const page of store.tokens.pages(spareTokenOwner)) {
      found.push(...page.map(({ token }) => token))
    }
    return found
  }

  /** Every one of them, or none: a serial number with a slip must not go unnoticed. */
  async function findEach(serials: readonly string[]): Promise<readonly Token[]> {
    const found = new Map<string, Token>()
    const unknown: string[] = []
    for (const serial of serials) {
      const token = await findSpareToken(store, serial)
      if (token === undefined) unknown.push(serial)
      else found.set(token.id, token)
    }
    if (unknown.length === 0) return [...found.values()]
    throw new AdminError(
      'authenticator-unknown',
      `No spare token has the serial number ${unknown.join(', ')}. Nothing was removed. holdfast spare-token list shows them.`,
    )
  }

  return {
    /** Sends events `{ rows }`, in the order of serial numbers. */
    'spare-token.list': operation(nothing, async (_, call) => {
      const rows = (await findAll()).map(view).toSorted(bySerial)
      for (let at = 0; at < rows.length; at += seedRowsPerEvent) {
        call.send({ rows: rows.slice(at, at + seedRowsPerEvent) })
      }
      return { count: rows.length }
    }),

    'spare-token.remove': operation(removal, async ({ which, reason: why }, { caller }) => {
      const remove = which === 'all' ? await findAll() : await findEach(which)
      if (remove.length === 0) return { removed: 0 }
      await store.tokens.exchange({ add: [], remove })
      await recordChange(parts, caller, 'admin-spare-tokens-removed', undefined, {
        count: String(remove.length),
        serials: which === 'all' ? 'all' : remove.map((token) => view(token).serial).join(', '),
        reason: why,
      })
      return { removed: remove.length }
    }),
  }
}

/** A2 before A10. */
function bySerial(one: SpareTokenView, other: SpareTokenView): number {
  return one.serial.localeCompare(other.serial, 'en', { numeric: true })
}
