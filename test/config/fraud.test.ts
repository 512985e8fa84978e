import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

const mail = `delivery:
  mail: { type: smtp, host: mail.example.com, from: mfa@example.com }
`

describe('on_fraud', () => {
  it('says nothing by itself: what a person has decides, and no one is mailed', () => {
    expect(load(valid).onFraud).to.deep.equal({ tell: [] })
  })

  it('mails administrators over an entry that carries mail', () => {
    const text = `${valid}${mail}on_fraud: { stop: prompts, tell: [soc@example.com] }\n`
    expect(load(text).onFraud).to.deep.equal({ stop: 'prompts', tell: ['soc@example.com'] })
  })

  it('refuses addresses that nothing can mail, and text that is not an address', () => {
    const without = problemsOf(`${valid}on_fraud: { tell: [soc@example.com] }\n`).join('\n')
    expect(without).to.include('on_fraud').and.include('add one of type smtp')
    const broken = problemsOf(`${valid}${mail}on_fraud: { tell: ["the desk"] }\n`).join('\n')
    expect(broken).to.include('must be a mail address')
  })
})
