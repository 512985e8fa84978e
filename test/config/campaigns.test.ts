import { expect } from 'chai'
import { createCampaigns } from '../../src/compose/sign-in-rules.ts'
import { findIdleSettings } from '../../src/config/index.ts'
import { load, problemsOf, valid } from './load-text.ts'

const people = `web: { helpdesk: extension 4400, people: { listen: "127.0.0.1:8443", public_url: https://mfa.example.com, trusted_proxies: ["127.0.0.1"] } }\n`

function campaigns(...each: string[]): string {
  return `${valid}${people}enrolment: { campaigns: [${each.map((fields) => `{ ${fields} }`).join(', ')}] }\n`
}
const [gateway = ''] = Object.keys(load(valid).gateways)
const spring = `name: spring, group: staff, gateways: [${gateway}], from: 2027-03-01`
const problems = (text: string) => problemsOf(text).join('\n')

describe('campaigns in the configuration (PEOPLE R2)', () => {
  it('count from the beginning of their first day to the end of their last one', () => {
    const config = load(campaigns(`${spring}, until: 2027-03-31`))
    expect(createCampaigns(config)).to.deep.equal([
      {
        ...{ name: 'spring', group: 'staff', gateways: [gateway] },
        fromMs: new Date(2027, 2, 1).getTime(),
        untilMs: new Date(2027, 3, 1).getTime(),
      },
    ])
  })

  it('last 60 days and no day longer, and do not end before they begin', () => {
    expect(load(campaigns(`${spring}, until: 2027-04-30`)).enrolment.campaigns).to.have.length(1)
    expect(problems(campaigns(`${spring}, until: 2027-05-01`))).to.include('more than 60 days')
    expect(problems(campaigns(`${spring}, until: 2027-02-28`))).to.include('before the first day')
  })

  for (const [what, text] of [
    ['an end', spring],
    ['a group', `name: spring, gateways: [${gateway}], from: 2027-03-01, until: 2027-03-31`],
    ['gateways', 'name: spring, group: staff, from: 2027-03-01, until: 2027-03-31'],
    ['one gateway', 'name: x, group: staff, gateways: [], from: 2027-03-01, until: 2027-03-31'],
  ] as const) {
    it(`need ${what}`, () => {
      expect(problemsOf(campaigns(text))).to.not.deep.equal([])
    })
  }

  it('name gateways that there are, each campaign by a name of its own', () => {
    const until = 'until: 2027-03-31'
    expect(
      problems(campaigns(`name: a, group: g, gateways: [nowhere], from: 2027-03-01, ${until}`)),
    ).to.include('there is not a gateway nowhere')
    expect(problems(campaigns(`${spring}, ${until}`, `${spring}, ${until}`))).to.include(
      'another campaign has this name',
    )
  })

  it('need the portal', () => {
    const text = `${valid}enrolment: { campaigns: [{ ${spring}, until: 2027-03-31 }] }\n`
    expect(problems(text)).to.include('set web.people')
  })

  it('are refused at gateways that check no password', () => {
    const text = campaigns(`${spring}, until: 2027-03-31`)
    const found = problems(text.replace('"file:vpn"', '"file:vpn", flow: code-only'))
    expect(found).to.include('checks no password')
  })

  it('remind no one unless they say how often, which is a day at least', () => {
    const text = `${spring}, until: 2027-03-31`
    expect(load(campaigns(text)).enrolment.campaigns[0]).not.to.have.property('remindEveryMs')
    const [campaign] = load(campaigns(`${text}, remind_every: 3d`)).enrolment.campaigns
    expect(campaign).to.have.property('remindEveryMs', 3 * 86_400_000)
    expect(problems(campaigns(`${text}, remind_every: 1h`))).to.include('at least 1d')
  })

  it('are told apart by check where they want mails and nothing carries mail', () => {
    const text = campaigns(`${spring}, until: 2027-03-31, remind_every: 3d`)
    const settings = (yaml: string) => findIdleSettings(load(yaml)).map(({ setting }) => setting)
    expect(settings(text)).to.include('enrolment.campaigns.0.remind_every')
    const mail = 'delivery: { mail: { type: smtp, host: mx.example.com, from: h@example.com } }\n'
    expect(settings(text + mail)).not.to.include('enrolment.campaigns.0.remind_every')
    expect(settings(campaigns(`${spring}, until: 2027-03-31`))).not.to.include(
      'enrolment.campaigns.0.remind_every',
    )
  })
})
