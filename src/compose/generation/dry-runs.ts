import {
  AdminError,
  type DryRunQuery,
  type DryRunReport,
  type NamedAttribute,
} from '../../operations/index.ts'
import type { Dictionary } from '../../radius/index.ts'
import { dryRun, type GatewayRules, type SignInParts } from '../../signin/index.ts'
import { normaliseDevice } from '../../transport/index.ts'
import { readRequestAttribute } from '../sign-in-rules.ts'

/** Dry runs at these gateways. */
export function createDryRuns(
  gateways: readonly GatewayRules[],
  parts: SignInParts,
  dictionary: () => Dictionary,
  readsGroups: (directory: string) => boolean,
) {
  const byName = new Map(gateways.map((rules) => [rules.name, rules]))
  return async (request: DryRunQuery): Promise<DryRunReport> => {
    const { userName, from, credential, eapMethod, outage, inUse, atMs, signal } = request
    const rules = byName.get(request.gateway)
    if (rules === undefined) {
      throw new AdminError('gateway-unknown', `No gateway is called "${request.gateway}".`)
    }
    const device = from === undefined ? undefined : normaliseDevice(from)
    const gateway = { ...rules, ...inUse }
    const attributes = request.attributes.map((named) => readNamed(dictionary, named))
    const result = await dryRun(parts, {
      ...{ userName, gateway, device, credential, eapMethod, attributes, outage, atMs, signal },
      callingStationId: from,
    })
    const { flow, marginMs, patienceMs } = gateway
    return {
      ...{ result, device, flow, always: rules.replyAttributes, inUse: { marginMs, patienceMs } },
      hasGroups: result.user === undefined || readsGroups(result.user.directory),
    }
  }
}

function readNamed(dictionary: () => Dictionary, { name, value }: NamedAttribute) {
  try {
    return readRequestAttribute(dictionary(), name, value)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AdminError('bad-arguments', `${detail}.`)
  }
}
