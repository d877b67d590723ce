using System.Runtime.InteropServices;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto.Secrets;

public sealed class SecretBytesTests
{
    private static readonly byte[] Key = [0xDE, 0xAD, 0xBE, 0xEF];

    [Fact]
    public void Reveal_BeforeDispose_GivesTheOctetsOfACopy()
    {
        var caller = (byte[])Key.Clone();
        using var secret = new SecretBytes(caller);
        caller[0] = 0;
        Assert.True(secret.Reveal().SequenceEqual(Key));
        Assert.Equal(Key.Length, secret.Length);
    }

    [Fact]
    public void Dispose_ZeroesTheOctetsWhereTheyLie()
    {
        var secret = new SecretBytes(Key);
        ref readonly var first = ref MemoryMarshal.GetReference(secret.Reveal());
        var view = MemoryMarshal.CreateReadOnlySpan(in first, Key.Length);
        Assert.True(view.SequenceEqual(Key));
        secret.Dispose();
        Assert.True(view.SequenceEqual(new byte[Key.Length]));
    }

    [Fact]
    public void Reveal_AfterDispose_Throws()
    {
        var secret = new SecretBytes(Key);
        secret.Dispose();
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Reveal().Length);
    }

    [Fact]
    public void ToString_NeverPrintsTheKey()
    {
        using var secret = new SecretBytes(Key);
        Assert.Equal("secret of 4 octets", secret.ToString());
        Assert.DoesNotContain("DE", $"{new IpsecDp.Crypto.SuiteKeys(secret, SecretBytes.Empty)}", StringComparison.Ordinal);
    }
}
