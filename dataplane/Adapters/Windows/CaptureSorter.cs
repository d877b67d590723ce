using System.Collections.Frozen;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Windows;

/// <summary>Tells what a plan asked for from what a filter caught beside it; made with the plan and never changed.</summary>
internal sealed class CaptureSorter
{
    private readonly TrafficSelector[] _outbound;
    private readonly TrafficSelector[] _inbound;
    private const ushort EncapsulationPort = 4500;

    private readonly FrozenSet<IpAddress> _fromAny;
    private readonly FrozenSet<(IpAddress Local, IpAddress Remote)> _pairs;
    private readonly FrozenSet<(IpAddress Local, IpAddress Remote, ushort Port)> _encapsulated;

    /// <summary>The sorter of a plan.</summary>
    public CaptureSorter(DivertPlan plan)
    {
        _outbound = [.. plan.Outbound];
        _inbound = [.. plan.Inbound];
        _fromAny = plan.ProtectedFromAny.ToFrozenSet();
        _pairs = plan.Protected.Where(flow => flow.UdpPort is null).Select(flow => (flow.Local, flow.Remote)).ToFrozenSet();
        _encapsulated = plan.Protected.Where(flow => flow.UdpPort is not null).Select(flow => (flow.Local, flow.Remote, flow.UdpPort!.Value)).ToFrozenSet();
    }

    /// <summary>Whether the plan names a clear packet on its way out; one that cannot be read is taken, for the line refuses it.</summary>
    public bool IsWantedOutbound(in IpPacketView packet)
    {
        if (!FlowKey.TryRead(packet, out var flow))
        {
            return true;
        }

        foreach (var selector in _outbound)
        {
            if (selector.MatchesOutbound(flow) || (packet.IsLaterFragment && selector.ReachesOutbound(flow)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the plan names a packet on its way in, protected or clear, or it tells the path's MTU of something protected.</summary>
    public bool IsWantedInbound(in IpPacketView packet, bool isExact)
    {
        if (IsTooBig(packet, out var quotesOwn))
        {
            return quotesOwn || IsClearWanted(packet);
        }

        return isExact || IsProtected(packet, packet.Destination, packet.Source) || IsClearWanted(packet);
    }

    /// <summary>Whether a packet on its way in is ESP or AH of the plan.</summary>
    public bool IsProtectedInbound(in IpPacketView packet) => IsProtected(packet, packet.Destination, packet.Source);

    /// <summary>Whether a packet on its way out is already ESP or AH to one of the plan's peers, as when another driver injects ours once more.</summary>
    public bool IsProtectedOutbound(in IpPacketView packet) => packet.Protocol switch
    {
        IpProtocol.Esp or IpProtocol.Ah => IsPair(packet.Source, packet.Destination),
        IpProtocol.Udp when !packet.IsLaterFragment && UdpView.TryView(packet.Payload, out var udp) => IsEncapsulated(packet.Source, packet.Destination, udp.SourcePort),
        _ => false,
    };

    private bool IsProtected(in IpPacketView packet, IpAddress local, IpAddress remote) => packet.Protocol switch
    {
        IpProtocol.Esp or IpProtocol.Ah => IsPair(local, remote),
        IpProtocol.Udp when !packet.IsLaterFragment && UdpView.TryView(packet.Payload, out var udp) => IsEncapsulated(local, remote, udp.DestinationPort),
        _ => false,
    };

    private bool IsPair(IpAddress local, IpAddress remote) => _pairs.Contains((local, remote)) || _fromAny.Contains(local);

    private bool IsEncapsulated(IpAddress local, IpAddress remote, ushort port) => _encapsulated.Contains((local, remote, port)) || (port == EncapsulationPort && _fromAny.Contains(local));

    private bool IsTooBig(in IpPacketView packet, out bool quotesOwn)
    {
        quotesOwn = false;
        if (packet.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6) || !PacketTooBig.TryRead(packet, out _, out var quoted))
        {
            return false;
        }

        quotesOwn = quoted.Protocol switch
        {
            IpProtocol.Esp or IpProtocol.Ah => IsPair(quoted.Source, quoted.Destination),
            IpProtocol.Udp when quoted.Payload.Length >= UdpView.HeaderLength =>
                IsEncapsulated(quoted.Source, quoted.Destination, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(quoted.Payload)),
            _ => false,
        };
        return true;
    }

    private bool IsClearWanted(in IpPacketView packet)
    {
        if (!FlowKey.TryRead(packet, out var flow))
        {
            return true;
        }

        foreach (var selector in _inbound)
        {
            if (selector.MatchesInbound(flow) || (packet.IsLaterFragment && selector.ReachesInbound(flow)))
            {
                return true;
            }
        }

        return false;
    }
}
