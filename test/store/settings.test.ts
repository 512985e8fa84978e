import { expect } from 'chai'
import { describeSharedStores } from './stores.ts'

describeSharedStores('settings', (current) => {
  it('keep what was learnt across a restart', async () => {
    const { settings } = current.store()
    expect(await settings.get('gateway:vpn:message-authenticator')).to.equal(undefined)
    await settings.set('gateway:vpn:message-authenticator', 'maybe')
    await settings.set('gateway:vpn:message-authenticator', 'seen')
    const reopened = (await current.reopen()).settings
    expect(await reopened.get('gateway:vpn:message-authenticator')).to.equal('seen')
    expect(await reopened.remove('gateway:vpn:message-authenticator')).to.equal(true)
    expect(await reopened.remove('gateway:vpn:message-authenticator')).to.equal(false)
  })

  it('are replaced only by a caller that knows what is there', async () => {
    const { settings } = current.store()
    expect(await settings.replace('one', 'there', 'new')).to.equal(false)
    expect(await settings.replace('one', undefined, 'first')).to.equal(true)
    expect(await settings.replace('one', undefined, 'second')).to.equal(false)
    expect(await settings.replace('one', 'other', 'second')).to.equal(false)
    expect(await settings.replace('one', 'first', 'second')).to.equal(true)
    expect(await settings.get('one')).to.equal('second')
  })

  it('are listed by the beginning of their key, which is not a pattern', async () => {
    const { settings } = current.store()
    for (const key of ['a%:2', 'a%:1', 'ab:1', 'A%:1', 'b']) await settings.set(key, key)
    expect((await settings.list('a%:')).map((row) => row.key)).to.deep.equal(['a%:1', 'a%:2'])
    expect((await settings.list('')).length).to.be.at.least(5)
  })
})
