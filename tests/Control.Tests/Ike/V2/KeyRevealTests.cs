using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;

namespace Control.Tests.Ike.V2;

public sealed class KeyRevealTests
{
    [Fact]
    public void Keys_AskedFor_AreToldByBothEndsForEachIkeSa()
    {
        using var ends = Ends(true);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));

        var (left, right) = (ends.Left.Of<IkeEvent.KeysRevealed>().ToArray(), ends.Right.Of<IkeEvent.KeysRevealed>().ToArray());
        Assert.Equal(2, left.Length);
        Assert.Equal(left.Select(Text), right.Select(Text));
        Assert.Equal(2, left.Select(Text).Distinct().Count());
        var protection = ends.Left.Endpoint.Host.Index.Find(ends.Left.Endpoint.Established[0].Initiator)!.Protection!;
        Assert.Equal(protection.Keys.Initiator.Encryption.Reveal(), left[1].Initiator.Encryption.Reveal());
        Assert.All(left, keys => Assert.Equal(0, keys.Initiator.Proof.Length + keys.Responder.Proof.Length));

        // They are copies: who took them zeroes them, and the IKE SA goes on.
        Assert.All(left.Concat(right), keys =>
        {
            keys.Initiator.Dispose();
            keys.Responder.Dispose();
        });
        ends.Order(ends.Right, new IkeCommand.RekeyIke(ends.Right.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(3, ends.Left.Of<IkeEvent.KeysRevealed>().Count());
    }

    [Fact]
    public void Keys_NotAskedFor_AreNeverTold()
    {
        using var ends = Ends(false);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        Assert.Empty(ends.Left.Of<IkeEvent.KeysRevealed>().Concat(ends.Right.Of<IkeEvent.KeysRevealed>()));
    }

    private static LinkedEndpoints Ends(bool areAskedFor) =>
        new(Given.Model(Given.Connection(true)) with { RevealsKeys = areAskedFor }, Given.Model(Given.Connection(false)) with { RevealsKeys = areAskedFor });

    private static string Text(IkeEvent.KeysRevealed keys) =>
        $"{keys.Spis} {Convert.ToHexString(keys.Initiator.Encryption.Reveal())} {Convert.ToHexString(keys.Responder.Encryption.Reveal())}";
}
