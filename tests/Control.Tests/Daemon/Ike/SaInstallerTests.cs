using Control.Tests.Policy;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Daemon.Ike;

public sealed class SaInstallerTests : IDisposable
{
    private readonly PolicyModel _policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
    private readonly PlaneRecord _plane = new();
    private readonly ManualClock _clock = new();
    private readonly SaInstaller _installer;

    public SaInstallerTests() => _installer = new SaInstaller(_plane, _policy.DynamicTunnels, isInUdp: true, _clock);

    [Fact]
    public void Child_Agreed_IsInstalledInboundFirst()
    {
        var child = Child(0x1001, 0x2001);
        Assert.Null(_installer.Handle(new IkeEvent.ChildInstalled(child)));
        Assert.Null(_installer.Handle(new IkeEvent.OutboundReady(child, null)));
        Assert.Equal(["in+ Sites 4097", "out+ Sites 8193"], _plane.Calls);
        var (inbound, outbound) = (_plane.Inbound[0x1001], _plane.Outbound["Sites"]);
        Assert.Equal(Octets(1), inbound.Keys.Encryption.Reveal());
        Assert.Equal(Octets(2), outbound.Keys.Encryption.Reveal());
        Assert.Equal((SaMode.Tunnel, true, new UdpEncapsulation(4500, 4501)), (inbound.Mode, inbound.ExtendedSequenceNumbers, inbound.Encapsulation!.Value));
        Assert.Equal(child.Selectors, inbound.Selectors);
        Assert.Equal(1024UL << 10, outbound.Lifetime.SoftBytes);
        Assert.Equal((child.Path.Local, child.Path.Remote), (outbound.Local, outbound.Remote));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Child_LaterFragments_AreSentAsAgreed(bool takes)
    {
        var child = Child(0x1001, 0x2001) with { TakesLaterFragments = takes };
        Assert.Null(_installer.Handle(new IkeEvent.ChildInstalled(child)));
        Assert.Null(_installer.Handle(new IkeEvent.OutboundReady(child, null)));
        Assert.Equal(takes, _plane.Outbound["Sites"].TakesLaterFragments);
    }

    [Fact]
    public void Has_ChildInstalledOrRefused_TellsThemApart()
    {
        var (taken, refused) = (Child(0x1001, 0x2001), Child(0x1002, 0x2002) with { IsEncapsulated = false });
        Assert.Null(_installer.Handle(new IkeEvent.ChildInstalled(taken)));
        Assert.NotNull(_installer.Handle(new IkeEvent.ChildInstalled(refused)));
        Assert.Equal((true, false), (_installer.Has(taken), _installer.Has(refused)));
        // Nothing seals with it, whatever is said of it later.
        Assert.Null(_installer.Handle(new IkeEvent.OutboundReady(refused, null)));
        Assert.Equal(["in+ Sites 4097"], _plane.Calls);
    }

    [Fact]
    public void PacketsOf_ChildInstalledOrNot_AreThePlanesOrNone()
    {
        Install(0x1001, 0x2001);
        (_plane.Opened[0x1001], _plane.Opened[0x1002]) = (7, 9);
        Assert.Equal((7, 0), (_installer.PacketsOf(0x1001), _installer.PacketsOf(0x1002)));
    }

    [Fact]
    public void Successor_Agreed_TakesOverAndTheFormerEndsAfterItsGrace()
    {
        var (former, successor) = (Install(0x1001, 0x2001), Install(0x1002, 0x2002));
        _installer.Handle(new IkeEvent.ChildRemoved(former, TimeSpan.FromSeconds(5), "rekeyed"));
        Assert.DoesNotContain("out- Sites", _plane.Calls);
        Assert.Equal(successor.OutboundSpi, _plane.Outbound["Sites"].Spi);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        _installer.Expire();
        Assert.Contains(0x1001u, _plane.Inbound.Keys);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        _installer.Expire();
        Assert.Equal([0x1002u], _plane.Inbound.Keys);
    }

    [Fact]
    public void Child_RemovedWhileItSeals_LeavesTheTunnelWithoutOutboundSa()
    {
        var child = Install(0x1001, 0x2001);
        _installer.Handle(new IkeEvent.ChildRemoved(child, TimeSpan.Zero, "deleted"));
        Assert.Equal(["in+ Sites 4097", "out+ Sites 8193", "out- Sites", "in- Esp 4097"], _plane.Calls);
        Assert.Null(_installer.InboundOf("Sites", 0x1001));
    }

    [Fact]
    public void Child_NeverSealedWith_HasItsKeysZeroed()
    {
        var child = Child(0x1001, 0x2001);
        _installer.Handle(new IkeEvent.ChildInstalled(child));
        _installer.Handle(new IkeEvent.ChildRemoved(child, TimeSpan.Zero, "failed"));
        Assert.Throws<ObjectDisposedException>(() => child.OutboundKeys.Encryption.Reveal());
    }

    [Fact]
    public void Child_OfAnUnknownTunnel_IsRefusedAndZeroed()
    {
        var child = Child(0x1001, 0x2001);
        child = child with { Model = child.Model with { Name = "Other" } };
        Assert.Contains("no tunnel Other", _installer.Handle(new IkeEvent.ChildInstalled(child)), StringComparison.Ordinal);
        RequireZeroed(child);
    }

    [Fact]
    public void Child_OfTheOtherEncapsulation_IsRefusedWithWhatToDo()
    {
        var child = Child(0x1001, 0x2001) with { IsEncapsulated = false };
        Assert.Contains("--encap esp", _installer.Handle(new IkeEvent.ChildInstalled(child)), StringComparison.Ordinal);
        RequireZeroed(child);
        using var plain = new SaInstaller(_plane, _policy.DynamicTunnels, isInUdp: false, _clock);
        Assert.Contains("--encap udp", plain.Handle(new IkeEvent.ChildInstalled(Child(0x1002, 0x2002))), StringComparison.Ordinal);
        Assert.Empty(_plane.Calls);
    }

    [Fact]
    public void Child_TheDataPlaneRefuses_IsZeroedAndSealsNothing()
    {
        var child = Child(0x1001, 0x2001);
        _plane.Refusal = "SPI in use";
        Assert.Equal("SPI in use", _installer.Handle(new IkeEvent.ChildInstalled(child)));
        RequireZeroed(child);
        _plane.Refusal = null;
        Assert.Null(_installer.Handle(new IkeEvent.OutboundReady(child, null)));
        Assert.Empty(_plane.Calls);
    }

    // Less than the rules give the tunnel: its own branch, which its successor takes over.
    [Fact]
    public void Child_NarrowedByItsPeer_SealsInABranchAndSoDoesItsSuccessor()
    {
        var narrow = Narrow(Child(0x1001, 0x2001));
        _installer.Handle(new IkeEvent.ChildInstalled(narrow));
        _installer.Handle(new IkeEvent.OutboundReady(narrow, null));
        var successor = Narrow(Child(0x1002, 0x2002));
        _installer.Handle(new IkeEvent.ChildInstalled(successor));
        _installer.Handle(new IkeEvent.OutboundReady(successor, 0x2001));
        _installer.Handle(new IkeEvent.ChildRemoved(narrow, TimeSpan.Zero, "replaced"));
        Assert.Equal(["in+ Sites 4097", "out+ Sites/00001001 8193", "in+ Sites 4098", "out+ Sites/00001001 8194", "in- Esp 4097"], _plane.Calls);
        _installer.Handle(new IkeEvent.ChildRemoved(successor, TimeSpan.Zero, "deleted"));
        Assert.Equal(["out- Sites/00001001", "in- Esp 4098"], _plane.Calls.Skip(5));
        Assert.Empty(_plane.Outbound);
    }

    // The successor carries more: the tunnel's own SAs are used before its branches, so that no moment is without.
    [Fact]
    public void Successor_ThatCarriesAllOfTheRules_IsTheTunnelsOwn()
    {
        var narrow = Narrow(Child(0x1001, 0x2001));
        _installer.Handle(new IkeEvent.ChildInstalled(narrow));
        _installer.Handle(new IkeEvent.OutboundReady(narrow, null));
        Install(0x1002, 0x2002);
        _installer.Handle(new IkeEvent.ChildRemoved(narrow, TimeSpan.Zero, "replaced"));
        Assert.Equal(["Sites"], _plane.Outbound.Keys);
    }

    [Fact]
    public void Tunnel_OfManyPeers_HasABranchForEach()
    {
        using var shared = new SaInstaller(_plane, [_policy.DynamicTunnels[0] with { Remote = null }], isInUdp: true, _clock);
        foreach (var child in new[] { Child(0x1001, 0x2001), Child(0x1002, 0x2001) })
        {
            Assert.Null(shared.Handle(new IkeEvent.ChildInstalled(child)));
            Assert.Null(shared.Handle(new IkeEvent.OutboundReady(child, null)));
        }

        Assert.Equal(["Sites/00001001", "Sites/00001002"], _plane.Outbound.Keys.Order());
    }

    [Fact]
    public void Follow_OfATunnelThatMarksOtherwise_NamesItsChildren()
    {
        Install(0x1001, 0x2001);
        var tunnel = _policy.DynamicTunnels[0];
        Assert.Empty(_installer.Follow([tunnel]));
        Assert.Equal([0x1001u], _installer.Follow([tunnel with { ReplayWindow = 4096 }]));
        Assert.Empty(_installer.Follow([]));
        Assert.Contains("no tunnel Sites", _installer.Handle(new IkeEvent.ChildInstalled(Child(0x1002, 0x2002))), StringComparison.Ordinal);
    }

    [Fact]
    public void InboundOf_EitherSpiOfAChild_IsItsInboundOne()
    {
        Install(0x1001, 0x2001);
        Assert.Equal(0x1001u, _installer.InboundOf("Sites", 0x1001));
        Assert.Equal(0x1001u, _installer.InboundOf("Sites", 0x2001));
        Assert.Null(_installer.InboundOf("Sites", 0x3001));
        Assert.Null(_installer.InboundOf("Other", 0x2001));
        Assert.Equal([0x1001u], _installer.InboundOf("Peer"));
    }

    public void Dispose()
    {
        _installer.Dispose();
        _policy.Dispose();
    }

    private static void RequireZeroed(ChildSa child)
    {
        Assert.Throws<ObjectDisposedException>(() => child.InboundKeys.Encryption.Reveal());
        Assert.Throws<ObjectDisposedException>(() => child.OutboundKeys.Encryption.Reveal());
    }

    private static ChildSa Narrow(ChildSa child) => child with { Selectors = [child.Selectors[0] with { Protocol = 6 }] };

    private ChildSa Install(uint inbound, uint outbound)
    {
        var child = Child(inbound, outbound);
        Assert.Null(_installer.Handle(new IkeEvent.ChildInstalled(child)));
        Assert.Null(_installer.Handle(new IkeEvent.OutboundReady(child, null)));
        return child;
    }

    private ChildSa Child(uint inbound, uint outbound)
    {
        var connection = _policy.Ike.Connections[0];
        return new ChildSa
        {
            Connection = connection.Name,
            Model = connection.Children[0],
            Protocol = ProtocolId.Esp,
            InboundSpi = inbound,
            OutboundSpi = outbound,
            Suite = new CipherSuite(EncryptionAlgorithm.AesGcm16, 128),
            InboundKeys = new ChildDirectionKeys(new SecretBytes(Octets(1)), SecretBytes.Empty),
            OutboundKeys = new ChildDirectionKeys(new SecretBytes(Octets(2)), SecretBytes.Empty),
            IsTransport = false,
            HasExtendedNumbers = true,
            Selectors = [.. connection.Children[0].Selectors],
            Path = new IkePath(Address("192.0.2.1"), 4500, Address("192.0.2.2"), 4501),
            IsEncapsulated = true,
        };
    }

    private static byte[] Octets(byte value) => [.. Enumerable.Repeat(value, 20)];

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        return address;
    }
}
