using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Esp;

/// <summary>Transport mode behind a NAT (RFC 3948 §3.1.2): the host gets packets whose checksums fit the addresses it sees.</summary>
public sealed class TranslatedTransportTests
{
    private const string Client = "10.0.0.7";
    private const string Nat = "203.0.113.1";
    private const string ServerOutside = "198.51.100.20";
    private const string Server = "172.16.0.20";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Receive_TranslatedPackets_FitTheAddressesOnThem(bool isTcp, bool isServerTranslated)
    {
        var server = isServerTranslated ? Server : ServerOutside;
        using var host = Receiver(server, new OriginalAddresses(TestSa.Address(ServerOutside), TestSa.Address(Client)));
        var model = Model(server, null);
        byte[][] arrived = [.. Enumerable.Range(0, 20).Select(i => Sealed(model, server, Packet(isTcp, Client, ServerOutside, i), i + 1))];
        Assert.Equal(Enumerable.Range(0, 20).Select(i => Packet(isTcp, Nat, server, i)), host.Receive(arrived));

        // The twin: a checksum that was wrong when it was sealed is not made right.
        var wrong = Packet(isTcp, Client, ServerOutside, 5);
        wrong[^1] ^= 1;
        var opened = Assert.Single(host.Receive(Sealed(model, server, wrong, 30)));
        Assert.True(IpPacketView.TryView(opened, out var view));
        var at = isTcp ? 16 : 6;
        Assert.NotEqual(NaiveChecksum.Transport(view.Source, view.Destination, view.Protocol, view.Payload), (ushort)(view.Payload[at] << 8 | view.Payload[at + 1]));
        Assert.Equal(0, host.Outstanding);
    }

    [Fact]
    public void Receive_WithoutOriginals_LeavesChecksumsAsTheyWere()
    {
        using var host = Receiver(ServerOutside, null);
        var clear = Packet(true, Client, ServerOutside, 1);
        var opened = Assert.Single(host.Receive(Sealed(Model(ServerOutside, null), ServerOutside, clear, 1)));
        Assert.Equal(clear[20..], opened[20..]);
    }

    [Theory]
    [InlineData(SaMode.Tunnel, true, "192.0.2.9")]
    [InlineData(SaMode.Transport, false, "192.0.2.9")]
    [InlineData(SaMode.Transport, true, "2001:db8::9")]
    public void Install_OriginalsThatCannotBe_AreRefused(SaMode mode, bool isInUdp, string original)
    {
        using var host = new SteppedHost();
        var model = TestSa.Model(0x1001, Nat, Server, false, mode) with
        {
            Encapsulation = isInUdp ? new UdpEncapsulation() : null,
            Originals = new OriginalAddresses(TestSa.Address(original), TestSa.Address(original)),
        };
        Assert.Contains("original addresses", Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound(TestSa.Tunnel, [model])).Message, StringComparison.Ordinal);
    }

    private static SteppedHost Receiver(string server, OriginalAddresses? originals)
    {
        var host = new SteppedHost();
        host.Plane.InstallInbound(TestSa.Tunnel, [Model(server, originals)]);
        host.Plane.Publish(TestSa.ProtectAll());
        return host;
    }

    private static SaModel Model(string server, OriginalAddresses? originals) =>
        TestSa.Model(0x1001, Nat, server, false) with { Encapsulation = new UdpEncapsulation(4500, 40_000), Originals = originals };

    private static byte[] Packet(bool isTcp, string from, string to, int number) =>
        (isTcp ? PacketBuilder.Tcp(from, to, 5000, 80, (uint)number) : PacketBuilder.Udp(from, to, 5000, 53)).Payload(100 + number).Build();

    // What the client sealed, in the outer header as the NATs leave it.
    private static byte[] Sealed(SaModel model, string server, byte[] clear, int number) =>
        HandMadeEsp.Packet(model, Nat, server, HandMadeEsp.WithTrailer(clear.AsSpan(20), clear[9]), (ulong)number);
}
