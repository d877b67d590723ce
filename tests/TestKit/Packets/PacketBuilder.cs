using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.TestKit.Packets;

/// <summary>Writes whole IP packets with right lengths and checksums, layer by layer: <c>PacketBuilder.Udp("10.0.0.1", "10.0.0.2", 53, 4000).Payload(100).Build()</c>.</summary>
public sealed class PacketBuilder
{
    private readonly IpAddress _source;
    private readonly IpAddress _destination;
    private readonly byte _protocol;
    private readonly List<(byte Protocol, byte[] Octets)> _extensions = [];
    private byte[] _options = [];
    private byte[] _transport;
    private byte[] _payload = [];
    private byte _tos;
    private byte _hopLimit = 64;
    private ushort _identification = 0x1234;
    private bool _dontFragment;
    private uint _flowLabel;
    private (int Offset, bool More, uint Identification)? _fragment;
    private IpAddress? _finalDestination;
    private bool _hasWrongChecksum;

    private PacketBuilder(string source, string destination, byte protocol, byte[] transport)
    {
        _source = Parse(source);
        _destination = Parse(destination);
        _protocol = protocol;
        _transport = transport;
    }

    /// <summary>A UDP datagram; the addresses' form decides the IP version.</summary>
    public static PacketBuilder Udp(string source, string destination, ushort sourcePort, ushort destinationPort)
    {
        var header = new byte[UdpView.HeaderLength];
        UdpView.Write(header, sourcePort, destinationPort);
        return new(source, destination, IpProtocol.Udp, header);
    }

    /// <summary>A TCP segment with flag ACK and window 64000.</summary>
    public static PacketBuilder Tcp(string source, string destination, ushort sourcePort, ushort destinationPort, uint sequence = 1, uint acknowledgment = 1, byte flags = TcpView.Ack)
    {
        var header = new byte[TcpView.MinimumHeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), acknowledgment);
        header[12] = 0x50;
        header[TcpView.FlagsAt] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 64000);
        return new(source, destination, IpProtocol.Tcp, header);
    }

    /// <summary>An ICMP or ICMPv6 message, as the addresses say; <paramref name="rest"/> is the header's second word.</summary>
    public static PacketBuilder Icmp(string source, string destination, byte type, byte code, uint rest = 0)
    {
        var header = new byte[IcmpView.HeaderLength];
        (header[0], header[1]) = (type, code);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), rest);
        return new(source, destination, source.Contains(':', StringComparison.Ordinal) ? IpProtocol.Icmpv6 : IpProtocol.Icmp, header);
    }

    /// <summary>A packet of any other protocol; what it carries is the payload.</summary>
    public static PacketBuilder Ip(string source, string destination, byte protocol) => new(source, destination, protocol, []);

    /// <summary>Carries these octets.</summary>
    public PacketBuilder Payload(ReadOnlySpan<byte> octets)
    {
        _payload = octets.ToArray();
        return this;
    }

    /// <summary>Carries this many octets that count 0, 1, 2 … modulo 251, so that no slice of them looks like another at a round distance.</summary>
    public PacketBuilder Payload(int length)
    {
        _payload = new byte[length];
        for (var i = 0; i < length; i++)
        {
            _payload[i] = (byte)(i % 251);
        }

        return this;
    }

    /// <summary>Sets DSCP and ECN.</summary>
    public PacketBuilder Tos(byte tos)
    {
        _tos = tos;
        return this;
    }

    /// <summary>Sets TTL or hop limit.</summary>
    public PacketBuilder HopLimit(byte hopLimit)
    {
        _hopLimit = hopLimit;
        return this;
    }

    /// <summary>Sets the IPv4 identification.</summary>
    public PacketBuilder Identification(ushort identification)
    {
        _identification = identification;
        return this;
    }

    /// <summary>Sets DF.</summary>
    public PacketBuilder DontFragment()
    {
        _dontFragment = true;
        return this;
    }

    /// <summary>Sets the IPv6 flow label.</summary>
    public PacketBuilder FlowLabel(uint flowLabel)
    {
        _flowLabel = flowLabel;
        return this;
    }

    /// <summary>Adds IPv4 options, filled up with end-of-options to a multiple of 4.</summary>
    public PacketBuilder Options(params byte[] options)
    {
        _options = Fill(options, (options.Length + 3) & ~3);
        return this;
    }

    /// <summary>Adds TCP options, filled up with end-of-options to a multiple of 4.</summary>
    public PacketBuilder TcpOptions(params byte[] options)
    {
        _transport = [.. _transport[..TcpView.MinimumHeaderLength], .. Fill(options, (options.Length + 3) & ~3)];
        _transport[12] = (byte)(_transport.Length / 4 << 4);
        return this;
    }

    /// <summary>Adds an IPv6 extension header behind those added before; its body is filled up with zeros to 6, 14, 22 … octets.</summary>
    public PacketBuilder Extension(byte protocol, params byte[] body)
    {
        var octets = Fill([0, 0, .. body], (body.Length + 2 + 7) & ~7);
        octets[1] = (byte)(octets.Length / 8 - 1);
        _extensions.Add((protocol, octets));
        return this;
    }

    /// <summary>Names the last stop of a routing header added by <see cref="Extension"/>: the transport checksum covers it (RFC 8200 §8.1).</summary>
    public PacketBuilder FinalDestination(string address)
    {
        _finalDestination = Parse(address);
        return this;
    }

    /// <summary>Makes the packet a fragment: a later one (offset above 0, in octets) carries the payload alone, the first one the transport header too, its checksum covering only what is here.</summary>
    public PacketBuilder Fragment(int offset, bool more, uint identification = 0x1234)
    {
        _fragment = (offset, more, identification);
        return this;
    }

    /// <summary>Spoils the transport checksum.</summary>
    public PacketBuilder WrongChecksum()
    {
        _hasWrongChecksum = true;
        return this;
    }

    /// <summary>Writes the packet.</summary>
    public byte[] Build() => _source.Version == IpVersion.V4 ? BuildV4() : BuildV6();

    private byte[] BuildV4()
    {
        byte[] packet = [.. new byte[Ipv4View.MinimumHeaderLength], .. _options, .. Carried()];
        var view = Ipv4View.Write(packet, new IpHeaderFields(_source, _destination, _protocol, _hopLimit, _tos, _identification, _dontFragment));
        packet[0] = (byte)(0x40 | ((Ipv4View.MinimumHeaderLength + _options.Length) / 4));
        if (_fragment is { } fragment)
        {
            view.Identification = (ushort)fragment.Identification;
            view.FragmentWord = (ushort)((_dontFragment ? 0x4000 : 0) | (fragment.More ? 0x2000 : 0) | (fragment.Offset / 8));
        }

        view.UpdateChecksum();
        return packet;
    }

    private byte[] BuildV6()
    {
        var extensions = new List<(byte Protocol, byte[] Octets)>(_extensions);
        if (_fragment is { } fragment)
        {
            var header = new byte[Ipv6ExtensionWalker.FragmentHeaderLength];
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(fragment.Offset | (fragment.More ? 1 : 0)));
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), fragment.Identification);
            extensions.Add((IpProtocol.Fragment, header));
        }

        for (var i = 0; i < extensions.Count; i++)
        {
            extensions[i].Octets[0] = i + 1 < extensions.Count ? extensions[i + 1].Protocol : _protocol;
        }

        var first = extensions.Count > 0 ? extensions[0].Protocol : _protocol;
        byte[] packet = [.. new byte[Ipv6View.HeaderLength], .. extensions.SelectMany(extension => extension.Octets), .. Carried()];
        Ipv6View.Write(packet, new IpHeaderFields(_source, _destination, first, _hopLimit, _tos, FlowLabel: _flowLabel));
        return packet;
    }

    private byte[] Carried()
    {
        if (_fragment is { Offset: > 0 })
        {
            return _payload;
        }

        byte[] carried = [.. _transport, .. _payload];
        if (_transport.Length == 0)
        {
            return carried;
        }

        var checksumAt = _protocol switch { IpProtocol.Tcp => TcpView.ChecksumAt, IpProtocol.Udp => UdpView.ChecksumAt, _ => 2 };
        if (_protocol == IpProtocol.Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(carried.AsSpan(4), (ushort)carried.Length);
        }

        var checksum = NaiveChecksum.Transport(_source, _finalDestination ?? _destination, _protocol, carried);
        BinaryPrimitives.WriteUInt16BigEndian(carried.AsSpan(checksumAt), (ushort)(_hasWrongChecksum ? checksum ^ 0x5555 : checksum));
        return carried;
    }

    private static byte[] Fill(byte[] octets, int length)
    {
        Array.Resize(ref octets, length);
        return octets;
    }

    private static IpAddress Parse(string text) =>
        IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException($"not an address: {text}", nameof(text));
}
