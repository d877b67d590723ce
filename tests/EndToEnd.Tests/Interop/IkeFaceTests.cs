using System.Net;
using System.Text;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace EndToEnd.Tests.Interop;

/// <summary>What shares port 4500 with ESP, sent by the scapy process: IKE behind its marker, and keepalives.</summary>
[Collection(ScapyCollection.Name)]
public sealed class IkeFaceTests(ScapyLab lab)
{
    private static readonly byte[] Marker = [0, 0, 0, 0];
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("an IKE message of the peer's");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Received_DatagramWithMarker_IsTheMessageAlone(bool isV6)
    {
        ScapyLab.Require();
        var port = lab.EncapsulationPortOf(isV6);
        lab.PeerSends(FromPeer(isV6, [.. Marker, .. Message]));
        var arrived = await Next(port);
        Assert.Equal(Message, arrived.Message);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(isV6 ? ScapyLab.PeerV6 : ScapyLab.PeerV4), ScapyLab.EncapsulationPort), arrived.Remote);
        Assert.Equal(port.LocalEndPoint, arrived.Local);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Received_Keepalive_IsCountedAndSwallowed(bool isV6)
    {
        ScapyLab.Require();
        var port = lab.EncapsulationPortOf(isV6);
        var before = port.Counts;
        // RFC 3948 §2.3: one octet 0xFF. The message behind it shows that nothing of it is still on its way.
        lab.PeerSends(FromPeer(isV6, [0xFF]), FromPeer(isV6, [.. Marker, .. Message]));
        Assert.Equal(Message, (await Next(port)).Message);
        Assert.False(port.Received.TryPeek(out _));
        Assert.Equal((before.Keepalives + 1, before.IkeReceived + 1), (port.Counts.Keepalives, port.Counts.IkeReceived));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrySend_Message_ReachesThePeerBehindTheMarker(bool isV6)
    {
        ScapyLab.Require();
        var port = lab.EncapsulationPortOf(isV6);
        var remote = new IPEndPoint(IPAddress.Parse(isV6 ? ScapyLab.PeerV6 : ScapyLab.PeerV4), ScapyLab.EncapsulationPort);
        Assert.True(port.TrySend(Message, port.LocalEndPoint, remote));
        var arrived = lab.PeerReceives(IpProtocol.Udp);
        byte[] expected = [.. Marker, .. Message];
        Assert.Equal(expected, arrived[(isV6 ? 48 : 28)..]);
    }

    private static byte[] FromPeer(bool isV6, byte[] payload) =>
        PacketBuilder.Udp(isV6 ? ScapyLab.PeerV6 : ScapyLab.PeerV4, isV6 ? ScapyLab.OwnV6 : ScapyLab.OwnV4, ScapyLab.EncapsulationPort, ScapyLab.EncapsulationPort)
            .Payload(payload).Build();

    private static async Task<IkeDatagram> Next(UdpEncapPort port)
    {
        using var patience = new CancellationTokenSource(TestThread.Patience);
        return await port.Received.ReadAsync(patience.Token);
    }
}
