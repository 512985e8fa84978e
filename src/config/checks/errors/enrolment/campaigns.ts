import type { Finding } from '../../../finding.ts'
import type { ParsedConfig } from '../../../schema/schema.ts'

/** What campaigns name must be there, and be able to let someone in by a password. */
export function checkCampaigns({ enrolment, gateways, web }: ParsedConfig): readonly Finding[] {
  const { campaigns } = enrolment
  const names = campaigns.map(({ name }) => name)
  return campaigns.flatMap((campaign, index) => {
    const path = ['enrolment', 'campaigns', index]
    return [
      ...(names.indexOf(campaign.name) === index
        ? []
        : [{ path: [...path, 'name'], message: 'another campaign has this name' }]),
      ...(web?.people === undefined
        ? [{ path, message: 'needs the portal, where people set something up: set web.people' }]
        : []),
      ...campaign.gateways.flatMap((name, at) => {
        const gateway = Object.hasOwn(gateways, name) ? gateways[name] : undefined
        const where = [...path, 'gateways', at]
        if (gateway === undefined)
          return [{ path: where, message: `there is not a gateway ${name}` }]
        const { firstFactor, flow } = gateway
        const isVouching = firstFactor?.includes('none') ?? flow === 'code-only'
        return isVouching
          ? [{ path: where, message: `${name} checks no password, so it cannot be enough there` }]
          : []
      }),
    ]
  })
}
