using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>A namespace with a TUN interface to the networks 10.78.0.0/24 and fd78::/64, and its host, which sends into it.</summary>
internal sealed class TunHost : IDisposable
{
    private readonly TunDevice _device;
    private readonly PacketBatch _batch = new();

    /// <summary>With a port of its own; where IPv6 is left out the kernel says nothing of its own accord.</summary>
    public TunHost(TunOffloads disabled, bool isV4Only = false)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        Spaces = new NetworkNamespaces();
        var v4 = new InterfaceAddress(IPAddress.Parse("10.78.0.1"), 24);
        _device = Spaces.A.Run(() =>
        {
            // Multicast listener reports and solicitations would be traffic nobody sent.
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", isV4Only ? "1" : "0");
            return TunDevice.Open(new TunOptions
            {
                Name = "tun0",
                Addresses = isV4Only ? [v4] : [v4, new InterfaceAddress(IPAddress.Parse("fd78::1"), 64)],
                Disabled = disabled,
            });
        });
        Assert.True((disabled & TunOffloads.Precedence) != 0 || _device.FeatureLine.EndsWith("precedence on", StringComparison.Ordinal), _device.FeatureLine);
    }

    /// <summary>The port under test.</summary>
    public TunPort Port => _device.Ports[0];

    /// <summary>The host's namespace and that of a peer, linked.</summary>
    public NetworkNamespaces Spaces { get; }

    /// <summary>Sends datagrams of 100 octets to a far address.</summary>
    public void Send(string far, ushort port, int tos, int count)
    {
        using var socket = Socket(far, tos);
        var to = new IPEndPoint(IPAddress.Parse(far), port);
        for (var sent = 0; sent < count; sent++)
        {
            socket.SendTo(new byte[100], to);
        }
    }

    /// <summary>Sends one datagram of the kernel's that stands for many.</summary>
    public void SendSuperframe(string far, ushort port, int tos, int count, int size)
    {
        using var socket = Socket(far, tos);
        // UDP_SEGMENT.
        socket.SetRawSocketOption(17, 103, BitConverter.GetBytes(size));
        socket.SendTo(new byte[count * size], new IPEndPoint(IPAddress.Parse(far), port));
    }

    /// <summary>The UDP ports of the next batch; what the kernel itself says on a new interface is left out.</summary>
    public int[] Receive()
    {
        int[] ports;
        do
        {
            _batch.Clear();
            Assert.True(Port.Receive(_batch));
            ports = PortsOf(_batch);
        }
        while (ports.Length == 0);
        return ports;
    }

    /// <summary>The destination ports of what is UDP.</summary>
    public static int[] PortsOf(PacketBatch batch)
    {
        var ports = new List<int>();
        foreach (var packet in batch.Slots)
        {
            if (IpPacketView.TryView(packet!.Packet, out var view) && view.Protocol == IpProtocol.Udp)
            {
                ports.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(view.Payload[2..]));
            }
        }

        return [.. ports];
    }

    public void Dispose()
    {
        _batch.Dispose();
        _device.Dispose();
        Spaces.Dispose();
    }

    private Socket Socket(string far, int tos) => Spaces.A.Run(() =>
    {
        var isV4 = !far.Contains(':', StringComparison.Ordinal);
        var socket = HostSocket.Udp(new IPEndPoint(isV4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
        // IP_TOS; IPV6_TCLASS.
        socket.SetRawSocketOption(isV4 ? 0 : 41, isV4 ? 1 : 67, BitConverter.GetBytes(tos));
        return socket;
    });
}
