import { expect } from 'chai'
import type { StoredPrompt } from '../../../src/accounts/index.ts'
import { describeStores, rejectionOf } from '../stores.ts'

const prompt: StoredPrompt = {
  id: 'prompt-1',
  userKey: 'corp:alice',
  method: 'call',
  gateway: 'vpn',
  requestAuthenticator: new Uint8Array(16).fill(9),
  startedAtMs: 1_000,
  deadlineMs: 60_000,
}

describeStores('open prompts', (current) => {
  it('are still there after a restart, with the name the provider gave', async () => {
    const { prompts } = current.store()
    await prompts.open(prompt)
    await prompts.open({ ...prompt, id: 'prompt-2', startedAtMs: 500 })
    await prompts.setProviderId('prompt-1', 'CA0123')
    await prompts.setProviderId('no-such-prompt', 'CA9999')
    const reopened = (await current.reopen()).prompts
    expect(await reopened.listOpen()).to.deep.equal([
      { ...prompt, id: 'prompt-2', startedAtMs: 500 },
      { ...prompt, providerId: 'CA0123' },
    ])
  })

  it('are gone once closed; closing twice is nothing', async () => {
    const { prompts } = current.store()
    await prompts.open(prompt)
    await prompts.close('prompt-1')
    await prompts.close('prompt-1')
    expect(await prompts.listOpen()).to.deep.equal([])
  })

  it('cannot be opened twice under one id', async () => {
    const { prompts } = current.store()
    await prompts.open(prompt)
    const error = await rejectionOf(prompts.open(prompt))
    expect(error).to.have.property('code').oneOf(['store-failed', 'database-failed'])
    expect(await prompts.listOpen()).to.have.length(1)
  })
})
