using Control.Tests.Policy;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Policy.Compile;

namespace Control.Tests.Daemon.Ike;

public sealed class ConnectionChangesTests : IDisposable
{
    private readonly List<PolicyModel> _policies = [];

    [Fact]
    public void Policy_ReadAgain_RunsOnWithTheSecretsItHas()
    {
        var (running, wanted) = (Read(KeyExchangeTexts.Site), Read(KeyExchangeTexts.Site));
        var changes = ConnectionChanges.Between(running, wanted);
        Assert.Equal((1, 0, 0, 0), changes.Counts);
        Assert.Same(running.Connections[0], changes.Result.Connections[0]);
        changes.EraseSpare();
        changes.EraseOutdated();
        Assert.NotEmpty(SecretOf(running).ToArray());
        Assert.Throws<ObjectDisposedException>(() => SecretOf(wanted).Length);
    }

    [Theory]
    [InlineData("SharedKey Ascii between-two-hosts-and-nobody-else", "SharedKey Ascii between-two-hosts-and-nobody-elsf")]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 128", "HowToEncrypt AES_GCM_16 KeyLength 256")]
    [InlineData("IpDestAddr 10.2.0.0/16", "IpDestAddr 10.2.0.0/15")]
    [InlineData("LivenessInterval 10", "LivenessInterval 11")]
    public void Connection_ThatSaysAnythingElse_IsChangedAndTheFormerErased(string old, string replacement)
    {
        var running = Read(KeyExchangeTexts.Site);
        var wanted = Read(PolicyTexts.Change(KeyExchangeTexts.Change(old, replacement), "AutoActivate Yes", "AutoActivate No"));
        var changes = ConnectionChanges.Between(running, wanted);
        Assert.Equal((0, 1, 0, 0), changes.Counts);
        Assert.Same(wanted.Connections[0], changes.Result.Connections[0]);
        changes.EraseSpare();
        Assert.NotEmpty(SecretOf(running).ToArray());
        changes.EraseOutdated();
        Assert.Throws<ObjectDisposedException>(() => SecretOf(running).Length);
        Assert.NotEmpty(SecretOf(wanted).ToArray());
    }

    [Fact]
    public void Connections_ThatComeAndGo_AreCounted()
    {
        var running = Read(KeyExchangeTexts.Site);
        Assert.Equal((0, 0, 0, 1), ConnectionChanges.Between(running, IkeModel.Empty).Counts);
        Assert.Equal((0, 0, 1, 0), ConnectionChanges.Between(IkeModel.Empty, running).Counts);
    }

    public void Dispose() => _policies.ForEach(policy => policy.Dispose());

    private static ReadOnlySpan<byte> SecretOf(IkeModel model) => ((ProofModel.Shared)model.Connections[0].LocalProof).Secret.Reveal();

    private IkeModel Read(string text)
    {
        var policy = PolicyTexts.Compile(text);
        _policies.Add(policy);
        return policy.Ike;
    }
}
