using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>How many frames a look takes, by frames that come over a datagram socket as a TUN gives them: one a read, a virtio header in front.</summary>
public sealed class TunReaderTests : IDisposable
{
    private const int FrameLength = 50;

    private readonly PortBuffers _buffers = new(packetLimit: 64, superframeLimit: 8);
    private readonly PacketBatch _batch = new();
    private readonly NativeSocket _tun;
    private readonly Socket _host = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TunReader _reader;

    public TunReaderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "readv of Linux");
        _tun = NativeSocket.TryOpen(isV4: true, SocketNumbers.TypeDatagram, 0, out _)!;
        Assert.Equal(0, _tun.TryBind(IpAddress.From(IPAddress.Loopback), 0, 0));
        _host.Connect(IPAddress.Loopback, _tun.BoundPort());
        _reader = new TunReader(_tun.Descriptor, _buffers, new PortCounters());
    }

    public void Dispose()
    {
        _batch.Dispose();
        _reader.Release();
        _tun.Dispose();
        _host.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public void Drain_ThreeFramesWait_TakesAllOrOneAndSaysThatNoneIsLeft(bool takesOne, int expected)
    {
        _reader.TakesOne = takesOne;
        Send(3);
        Assert.Equal((expected, DrainResult.Empty), Drain());
        _reader.TakesOne = false;
        Assert.Equal((3 - expected, DrainResult.Empty), Drain());
    }

    /// <summary>What a reader holds ends no wait, so it must not seem to be nothing.</summary>
    [Fact]
    public void Drain_FrameThatIsCutWhileOneIsTaken_SaysThatMoreIsLeft()
    {
        _reader.TakesOne = true;
        SendCut(packets: 200);
        var (pieces, result) = Drain();
        Assert.Equal((true, DrainResult.Empty), (pieces >= 2, result));
        Assert.Equal((0, DrainResult.Empty), Drain());

        SendCut(packets: 200);
        Assert.Equal((1, DrainResult.Full), Drain(limit: 1));
        Assert.True(_reader.HoldsPieces);
        Assert.Equal((pieces - 1, DrainResult.Empty), Drain());
        Assert.False(_reader.HoldsPieces);
    }

    private void Send(int frames)
    {
        var frame = new byte[VirtioHeader.Size + FrameLength];
        frame[VirtioHeader.Size] = 0x45;
        for (var sent = 0; sent < frames; sent++)
        {
            _host.Send(frame);
        }
    }

    // A TCP superframe of more packets than one buffer may describe: VIRTIO_NET_HDR_GSO_TCPV4, headers of 40 octets, segments of 100.
    private void SendCut(int packets)
    {
        const int Headers = 40;
        const int Size = 100;
        var frame = new byte[VirtioHeader.Size + Headers + (packets * Size)];
        (frame[0], frame[1], frame[2], frame[4], frame[6], frame[8]) = (1, 1, Headers, Size, 20, 16);
        var packet = frame.AsSpan(VirtioHeader.Size);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        (packet[8], packet[9]) = (64, IpProtocol.Tcp);
        (packet[32], packet[33]) = (0x50, 0x10);
        _host.Send(frame);
    }

    private (int Frames, DrainResult Result) Drain(int limit = PacketBatch.DefaultCapacity)
    {
        var result = _reader.Drain(_batch, limit);
        var frames = _batch.Count;
        _batch.Clear();
        return (frames, result);
    }
}
