import { expect } from 'chai'
import { describeStores, newTotp, signInRecord } from '../stores.ts'

describeStores('users', (current) => {
  it('are listed by name, page by page, with their directoryStatus', async () => {
    const { accounts, authenticators, users } = current.store()
    for (const name of ['carol', 'Bob', 'alice', 'dave']) {
      await accounts.noteUser(`corp:${name}`, name)
    }
    await authenticators.add(newTotp('corp:Bob'))
    await accounts.block('corp:Bob', 'fraud', 1_000)

    const first = await users.listUsers({ limit: 2 })
    expect(first).to.deep.equal([
      { userKey: 'corp:alice', name: 'alice', authenticators: 0, blocked: false, lockedUntilMs: 0 },
      { userKey: 'corp:Bob', name: 'Bob', authenticators: 1, blocked: true, lockedUntilMs: 0 },
    ])
    const after = first.at(-1)
    if (after === undefined) throw new Error('expected a page')
    const second = await users.listUsers({ limit: 2, after })
    expect(second.map((user) => user.name)).to.deep.equal(['carol', 'dave'])
  })

  it('are found by a part of the name in any case, which is not a pattern', async () => {
    const { accounts, users } = current.store()
    for (const name of ['Änne', 'a_b', 'acb', '100%', "o'hara\\"]) {
      await accounts.noteUser(`corp:${name}`, name)
    }
    const find = async (search: string) =>
      (await users.listUsers({ search })).map((user) => user.name)
    expect(await find('äN')).to.deep.equal(['Änne'])
    expect(await find('a_b')).to.deep.equal(['a_b'])
    expect(await find('%')).to.deep.equal(['100%'])
    expect(await find("'hara\\")).to.deep.equal(["o'hara\\"])
    expect(await find('nobody')).to.deep.equal([])
  })

  it('are called as they were last noted', async () => {
    const { accounts, users } = current.store()
    await accounts.noteUser('corp:1', 'smith')
    await accounts.noteUser('corp:1', 'smith')
    await accounts.noteUser('corp:1', 'jones')
    await accounts.noteUser('corp:1', 'smith')
    expect((await users.listUsers({})).map((user) => user.name)).to.deep.equal(['smith'])
  })

  it('are gone when removed, with all they had; the audit stays', async () => {
    const { accounts, audit, authenticators, prompts, users } = current.store()
    await accounts.noteUser('corp:alice', 'alice')
    await authenticators.add(newTotp('corp:alice'))
    await authenticators.add({
      method: 'recovery',
      userKey: 'corp:alice',
      label: '',
      codeHashes: [new Uint8Array(32)],
    })
    await accounts.block('corp:alice', 'fraud', 1_000)
    await authenticators.list('corp:alice')
    await accounts.load('corp:alice')
    await audit.record(signInRecord())
    await prompts.open({
      id: 'prompt-1',
      userKey: 'corp:alice',
      method: 'call',
      gateway: 'vpn',
      requestAuthenticator: new Uint8Array(16),
      startedAtMs: 1,
      deadlineMs: 2,
    })

    const token = new Uint8Array(32).fill(1)
    const userKey = 'corp:alice'
    const { webSessions, webSteps, enrolmentCodes, personRecords } = current.store()
    await accounts.release(userKey)
    await webSessions.add({
      ...{ tokenHash: token, userKey, userName: 'alice', kind: 'whole', address: '' },
      ...{ createdAtMs: 1, seenAtMs: 1, endsAtMs: 9, userAgent: '' },
    })
    const step = { tokenHash: token, kind: 'setup', userKey, content: '', untilMs: 9 } as const
    await webSteps.put(step)
    const code = { codeHash: token, createdAtMs: 1, untilMs: 9, triesLeft: 1, madeBy: 'root' }
    await enrolmentCodes.put({ userKey, ...code })
    await personRecords.markIdle(userKey, 1, 1)

    expect(await users.removeUser('corp:alice')).to.equal(true)
    expect(await users.removeUser('corp:alice')).to.equal(false)
    expect(await webSessions.use(token, 1, 9)).to.equal(undefined)
    expect(await webSteps.take(token, 'setup', 1)).to.equal(undefined)
    expect(await enrolmentCodes.look(userKey, 1)).to.equal(undefined)
    expect(await personRecords.load(userKey)).to.deep.equal({ userKey })
    expect(await users.listUsers({})).to.deep.equal([])
    expect(await authenticators.list('corp:alice')).to.deep.equal([])
    expect(await prompts.listOpen()).to.deep.equal([])
    expect((await accounts.load('corp:alice')).blocked).to.equal(undefined)
    expect(await audit.searchAudit({ user: 'alice' })).to.have.length(1)
  })

  it('leave nothing personal in the audit when asked, and the chain still holds', async () => {
    const { audit, users } = current.store()
    await Promise.all(
      Array.from({ length: 600 }, () => audit.record(signInRecord({ device: '0123456789ab' }))),
    )
    await audit.record(signInRecord({ userKey: 'corp:bob', userName: 'bob' }))
    await users.removeUser('corp:alice', { eraseAudit: true })

    const rows = await audit.searchAudit({ limit: 4 })
    expect(rows.map((row) => [row.kind, row.erased, row.userName])).to.deep.equal([
      ['erasure', false, undefined],
      ['erasure', false, undefined],
      ['sign-in', false, 'bob'],
      ['sign-in', true, undefined],
    ])
    expect(rows[3]).to.not.have.any.keys('userKey', 'sourceAddress', 'device')
    expect(rows[3]?.timeline).to.deep.equal([])
    expect(await audit.verifyAuditChain()).to.include({ ok: true, rows: 603, erased: 600 })
  })
})
