using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Policy.Compile;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Policy.Compile;

public sealed class ConnectionCompilerTests
{
    [Fact]
    public void Site_BothFamilies_AreOneChildOfOneConnection()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        var connection = Assert.Single(policy.Ike.Connections);
        var child = Assert.Single(connection.Children);
        var tunnel = Assert.Single(policy.DynamicTunnels);
        Assert.Equal(("Peer", "Sites", "Sites", "Peer"), (connection.Name, child.Name, tunnel.Name, tunnel.Connection));
        Assert.Equal(["10.1.0.0/16", "fd01::/64"], child.Selectors.Select(s => s.Local.ToString()));
        Assert.Equal(["10.2.0.0/16", "fd02::/64"], child.Selectors.Select(s => s.Remote.ToString()));
        Assert.All(policy.Spd.Rules, rule => Assert.Equal("Sites", rule.Tunnel));
        Assert.Equal((Address("192.0.2.1"), Address("192.0.2.2")), (tunnel.Local, tunnel.Remote));
        Assert.Empty(policy.Tunnels);
    }

    [Fact]
    public void Site_EveryAttribute_ReachesItsModel()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        var connection = policy.Ike.Connections[0];
        Assert.Equal(new RetransmissionModel(TimeSpan.FromSeconds(3), 4), policy.Ike.Retransmission);
        Assert.Equal((5, 700, 9), (policy.Ike.Limits.SessionsOfOnePeer, policy.Ike.Limits.SessionsOfOneAddress, policy.Ike.Limits.Children));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)), (connection.Liveness, connection.Keepalive));
        Assert.Equal((Address("192.0.2.2"), Address("192.0.2.1")), (connection.Peer, connection.Own));
        Assert.Equal((TimeSpan.FromHours(4), TimeSpan.FromMinutes(270)), (connection.Lifetime.Rekey, connection.Lifetime.Hard));
        Assert.Equal("a.example.com", connection.LocalId.ToString());
        Assert.True(connection.RemoteId.Matches(IkeId.OfUser("b@example.com")));
        Assert.False(connection.RemoteId.Matches(IkeId.OfUser("b@example.net")));
        Assert.True(connection.Fits(Address("192.0.2.1"), Address("192.0.2.77")));
        Assert.False(connection.Fits(Address("192.0.2.2"), Address("192.0.2.77")));
        var child = connection.Children[0];
        Assert.Equal((ChildStart.Automatic, false, 1024L << 10), (child.Start, child.IsTransport, child.RekeyOctets));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(35)), (child.Lifetime.Rekey, child.Lifetime.Hard));
    }

    [Theory]
    [InlineData("VpnLife 90", 90)]
    [InlineData("VpnLife 0", 0)]
    [InlineData("", 0)]
    public void VpnLife_InMinutes_ReachesTheChild(string line, int minutes)
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change("InitiateWithPfs Group19", $"InitiateWithPfs Group19\n   {line}"));
        Assert.Equal(TimeSpan.FromMinutes(minutes), policy.Ike.Connections[0].Children[0].VpnLife);
    }

    [Fact]
    public void Limits_NotWritten_AreTheDefaults()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change("AddressSessionLimit 700", "").Replace("PeerSessionLimit 5", "", StringComparison.Ordinal).Replace("ChildLimit 9", "", StringComparison.Ordinal));
        Assert.Equal(new LimitsModel(), policy.Ike.Limits);
    }

    [Theory]
    [InlineData("PeerSessionLimit ▶0")]
    [InlineData("PeerSessionLimit ▶65536")]
    [InlineData("PeerSessionLimit ▶many")]
    public void Limits_OutOfRange_AreRefused(string line) => PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change("PeerSessionLimit 5", line), IpsecDp.Policy.Validation.ConfigRule.Value, "number");

    [Theory]
    [InlineData("RedirectName gw.example.com", "GW.example.com", "a.gw.example.com")]
    [InlineData("RedirectName *.example.com", "a.b.example.com", "example.com")]
    public void RedirectName_OfAHostOrADomain_ReachesTheConnection(string line, string meant, string other)
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change("HowToAuthMe PresharedKey", $"HowToAuthMe PresharedKey\n   {line}"));
        var pattern = Assert.Single(policy.Ike.Connections[0].RedirectNames);
        Assert.True(pattern.Matches(IkeId.OfHost(meant)));
        Assert.False(pattern.Matches(IkeId.OfHost(other)));
    }

    [Theory]
    [InlineData("RedirectName ▶*")]
    [InlineData("RedirectName ▶*.")]
    [InlineData("RedirectName ▶a.*.example")]
    [InlineData("RedirectName ▶me@example.com")]
    public void RedirectName_ThatIsNoHost_IsRefused(string line) =>
        PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change("HowToAuthMe PresharedKey", $"HowToAuthMe PresharedKey\n   {line}"), IpsecDp.Policy.Validation.ConfigRule.Value, "host name");

    [Fact]
    public void OtherLocation_OfThisHost_ReachesTheConnection()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change("Location 192.0.2.1\n", "Location 192.0.2.1\n      OtherLocation 198.51.100.1\n      OtherLocation 198.51.100.2\n"));
        var connection = policy.Ike.Connections[0];
        Assert.Equal([Address("198.51.100.1"), Address("198.51.100.2")], connection.OtherOwn);
        Assert.True(connection.Fits(Address("198.51.100.2"), Address("192.0.2.2")));
        Assert.Equal(Address("192.0.2.1"), connection.Own);
    }

    [Fact]
    public void OtherLocation_ThatIsNoAddress_IsRefused() =>
        PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change("Location 192.0.2.1\n", "Location 192.0.2.1\n      OtherLocation ▶192.0.2.0/24\n"), IpsecDp.Policy.Validation.ConfigRule.Value, "");

    [Fact]
    public void Site_Offers_AreThoseWritten()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        var connection = policy.Ike.Connections[0];
        Assert.Equal(["aes-256-cbc", "prf-hmac-sha2-384", "hmac-sha2-384-192", "ecp-384"], Names(Assert.Single(connection.Offers)));
        Assert.Equal(["aes-128-gcm-16", "ecp-256", "curve25519", "esn", "esn-no"], Names(Assert.Single(connection.Children[0].Offers)));
    }

    [Fact]
    public void Site_SharedKey_IsBothSidesAndIsZeroed()
    {
        var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        var connection = policy.Ike.Connections[0];
        var local = Assert.IsType<ProofModel.Shared>(connection.LocalProof);
        var remote = Assert.IsType<ProofModel.Shared>(connection.RemoteProof);
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(KeyExchangeTexts.Secret), local.Secret.Reveal());
        Assert.Equal(local.Secret.Reveal(), remote.Secret.Reveal());
        policy.Dispose();
        Assert.Throws<ObjectDisposedException>(() => local.Secret.Reveal());
        Assert.Throws<ObjectDisposedException>(() => remote.Secret.Reveal());
    }

    [Fact]
    public void Defaults_NothingSaid_AreModern()
    {
        var text = KeyExchangeTexts.Site;
        text = Cut(text, "   KeyExchangeAction\n", "LocalDynVpnPolicy", "}\n");
        text = Cut(text, "   InitiateWithPfs", "KeyExchangePolicy", "}\n");
        using var policy = PolicyTexts.Compile(text);
        var connection = policy.Ike.Connections[0];
        Assert.Equal(["aes-256-gcm-16", "aes-128-gcm-16", "prf-hmac-sha2-256", "prf-hmac-sha2-512", "curve25519", "ecp-256"], Names(Assert.Single(connection.Offers)));
        Assert.Equal(2, connection.Children[0].Offers.Count);
        Assert.Equal(["aes-256-gcm-16", "curve25519", "esn", "esn-no"], Names(connection.Children[0].Offers[0]));
        Assert.Equal((TimeSpan.FromHours(8), TimeSpan.FromHours(1)), (connection.Lifetime.Rekey, connection.Children[0].Lifetime.Rekey));
        Assert.True(connection.TakesMobike);
        Assert.False(connection.Reauthenticates);
    }

    [Theory]
    [InlineData("AutoActivate Yes", "AutoActivate No", ChildStart.OnDemand)]
    [InlineData("   InitiateWithPfs Group19", "   Initiation RemoteOnly\n   InitiateWithPfs Group19", ChildStart.ByPeer)]
    [InlineData("   LivenessInterval 10", "   HowToInitiate DoNot", ChildStart.ByPeer)]
    public void Start_EachWay_IsTheChilds(string old, string replacement, ChildStart start)
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change(old, replacement));
        Assert.Equal(start, policy.Ike.Connections[0].Children[0].Start);
        Assert.Equal(start == ChildStart.ByPeer, policy.Ike.Connections[0].Peer is null);
    }

    [Fact]
    public void Start_OnDemandForbidden_IsByCommand()
    {
        var text = KeyExchangeTexts.Change("AutoActivate Yes", "AutoActivate No");
        text = PolicyTexts.Change(text, "LocalSecurityEndpointAddr 192.0.2.1", "AllowOnDemand No\n   LocalSecurityEndpointAddr 192.0.2.1");
        using var policy = PolicyTexts.Compile(text);
        Assert.Equal(ChildStart.ByCommand, policy.Ike.Connections[0].Children[0].Start);
    }

    [Fact]
    public void Rule_BetweenTwoHosts_NeedsNoStartAction()
    {
        var text = KeyExchangeTexts.Site
            .Replace("   IpLocalStartActionRef Gateways\n", "", StringComparison.Ordinal)
            .Replace("10.1.0.0/16", "192.0.2.1", StringComparison.Ordinal).Replace("10.2.0.0/16", "192.0.2.2", StringComparison.Ordinal)
            .Replace("fd01::/64", "192.0.2.1", StringComparison.Ordinal).Replace("fd02::/64", "192.0.2.3", StringComparison.Ordinal)
            .Replace("HowToEncap Tunnel", "HowToEncap Transport", StringComparison.Ordinal);
        using var policy = PolicyTexts.Compile(text);
        Assert.Equal(["Peer", "Peer.2"], policy.Ike.Connections.Select(c => c.Name));
        Assert.Equal(["Sites", "Sites.2"], policy.DynamicTunnels.Select(t => t.Name));
        Assert.Equal(["Sites", "Sites.2"], policy.Spd.Rules.Select(r => r.Tunnel));
        Assert.All(policy.Ike.Connections, c => Assert.True(c.Children[0] is { IsTransport: true, TakesOtherMode: true }));
        Assert.False(policy.Ike.Connections[0].Fits(Address("192.0.2.1"), Address("192.0.2.3")));
    }

    [Fact]
    public void Rule_OfManyDestinationsInTransportMode_IsForEachOfThem()
    {
        using var policy = PolicyTexts.Compile(Hosts(KeyExchangeTexts.Site, "192.0.2.0/25"));
        var connection = Assert.Single(policy.Ike.Connections);
        Assert.Equal((PeerRule.Destinations, true), (connection.Peers, connection.Peer is null));
        Assert.Equal(ChildStart.OnDemand, connection.Children[0].Start);
        var tunnel = Assert.Single(policy.DynamicTunnels);
        Assert.True(tunnel.IsShared);
        Assert.Equal([Address("192.0.2.1")], DivertCompiler.Compile(policy).ProtectedFromAny);
        var one = connection.At(Address("192.0.2.9")).Children[0];
        Assert.Equal(["192.0.2.9"], one.Selectors.Select(s => $"{s.Remote}").Distinct());
        Assert.Contains("any number of peers", PolicySummary.Write(policy), StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_OfCallersInTunnelMode_IsForAnyOfThem()
    {
        var text = KeyExchangeTexts.Change("   RemoteSecurityEndpointAddr 192.0.2.2\n", "");
        text = PolicyTexts.Change(PolicyTexts.Change(text, "AutoActivate Yes", "AutoActivate No"), "   InitiateWithPfs Group19", "   Initiation RemoteOnly\n   InitiateWithPfs Group19");
        using var policy = PolicyTexts.Compile(text);
        Assert.Equal(PeerRule.Callers, Assert.Single(policy.Ike.Connections).Peers);
        Assert.True(Assert.Single(policy.DynamicTunnels).IsShared);
        Assert.Same(policy.Ike.Connections[0], policy.Ike.Connections[0].At(Address("192.0.2.9")));
    }

    private static string Hosts(string text, string destinations) => text
        .Replace("   IpLocalStartActionRef Gateways\n", "", StringComparison.Ordinal).Replace("AutoActivate Yes", "AutoActivate No", StringComparison.Ordinal)
        .Replace("IpSourceAddr 10.1.0.0/16", "IpSourceAddr 192.0.2.1", StringComparison.Ordinal).Replace("IpDestAddr 10.2.0.0/16", $"IpDestAddr {destinations}", StringComparison.Ordinal)
        .Replace("IpSourceAddr fd01::/64", "IpSourceAddr 192.0.2.1", StringComparison.Ordinal).Replace("IpDestAddr fd02::/64", $"IpDestAddr {destinations}", StringComparison.Ordinal)
        .Replace("LocalIp 10.1.0.0/16", "LocalIp 192.0.2.1", StringComparison.Ordinal).Replace("RemoteIp 10.2.0.0/16", "RemoteIp 192.0.2.9", StringComparison.Ordinal)
        .Replace("HowToEncap Tunnel", "HowToEncap Transport", StringComparison.Ordinal);

    private static List<string> Names(Offer offer) => [.. offer.Transforms.Select(AlgorithmNames.Of)];

    private static string Cut(string text, string from, string to, string instead)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        return text[..start] + instead + text[text.IndexOf(to, start, StringComparison.Ordinal)..];
    }

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        return address;
    }
}
