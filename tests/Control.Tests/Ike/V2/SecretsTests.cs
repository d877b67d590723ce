using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.V2;

namespace Control.Tests.Ike.V2;

public sealed class SecretsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_AfterItsLingering_KeysAreZeroedAtBoth(bool fromLeft)
    {
        using var ends = Given.Established();
        var (left, right) = (Protection(ends.Left), Protection(ends.Right));
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.CloseAll());
        ends.Run(TimeSpan.FromMinutes(1));

        Zeroed(left);
        Zeroed(right);
    }

    [Fact]
    public void RekeyIke_KeysOfTheFormerOne_AreZeroedAtBoth()
    {
        using var ends = Given.Established();
        var (left, right) = (Protection(ends.Left), Protection(ends.Right));
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(1));

        Zeroed(left);
        Zeroed(right);
        Assert.NotEqual(0, Protection(ends.Left).Keys.Derivation.Reveal().Length);
    }

    [Fact]
    public void Dispose_KeysOfAllThatStands_AreZeroed()
    {
        IkeProtection left;
        using (var ends = Given.Established())
        {
            left = Protection(ends.Left);
        }

        Zeroed(left);
    }

    private static IkeProtection Protection(LinkedEnd end) => Assert.Single(end.Endpoint.Host.Index.All).Protection!;

    private static void Zeroed(IkeProtection protection)
    {
        var keys = protection.Keys;
        foreach (var key in new[] { keys.Derivation, keys.Initiator.Encryption, keys.Initiator.Proof, keys.Responder.Encryption, keys.Responder.Proof })
        {
            Assert.Throws<ObjectDisposedException>(() => key.Reveal().Length);
        }
    }
}
