using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Throughput.Superframes;

/// <summary>One TCP stream as a TUN gives it: superframes of 64 KB with time stamps, each going on where the one before ended, checksums still to be made.</summary>
internal sealed class SuperframeStream
{
    /// <summary>Where the stream comes from and goes to.</summary>
    public const string Source = "192.0.2.1", Destination = "10.9.0.0";

    /// <summary>Octets of IPv4 header and of TCP header with time stamps.</summary>
    public const int HeaderLength = 52;

    // RFC 7323 appendix A: two octets of no operation before the option.
    private static readonly byte[] TimeStamps = [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8];

    private readonly byte[] _octets;
    private readonly int _size;
    private uint _sequence = 1;

    /// <summary>Superframes whose segments are IP packets of <paramref name="length"/> octets, as many as fit an IP packet.</summary>
    public SuperframeStream(int length)
    {
        _size = length - HeaderLength;
        Segments = (Ipv4View.MaximumLength - HeaderLength) / _size;
        _octets = PacketBuilder.Tcp(Source, Destination, 4000, 5000).TcpOptions(TimeStamps).DontFragment().Payload(Segments * _size).Build();
    }

    /// <summary>Segments of a superframe.</summary>
    public int Segments { get; }

    /// <summary>Octets of a superframe.</summary>
    public int Length => _octets.Length;

    /// <summary>Makes a buffer the stream's next superframe.</summary>
    public void Write(PacketBuffer buffer)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_octets.AsSpan(Ipv4View.MinimumHeaderLength + 4), _sequence);
        _sequence += (uint)(Segments * _size);
        _octets.CopyTo(buffer.SetLength(_octets.Length));
        buffer.Segments = new Segmentation(SegmentKind.Tcp, (ushort)_size, HeaderLength, IsChecksumMissing: true);
    }

    /// <summary>Whether a buffer holds payload of the stream and nothing else behind its header.</summary>
    public bool Holds(PacketBuffer buffer) =>
        TcpView.TryView(buffer.Packet[Ipv4View.MinimumHeaderLength..], out var tcp)
        && tcp.Payload.SequenceEqual(_octets.AsSpan(HeaderLength, Math.Min(tcp.Payload.Length, _octets.Length - HeaderLength)));
}
