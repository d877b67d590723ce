using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Esp;

/// <summary>The outer header of a tunnel (RFC 4301 §5.1.2) and what opening carries back from it.</summary>
internal static class TunnelHeader
{
    private const byte HopLimit = 64;
    private const int EcnMask = 0x03;
    private const int CongestionExperienced = 0x03;

    /// <summary>The fields of the outer header around a packet.</summary>
    public static IpHeaderFields Around(in IpPacketView inner, SaModel model, byte protocol, ulong sequence)
    {
        var (tos, wholeFrom) = MarkingOf(inner, model);
        return new IpHeaderFields(model.Local, model.Remote, protocol, HopLimit, tos, Identification(sequence), inner.Octets.Length >= wholeFrom);
    }

    /// <summary>What never changes in the outer headers of an SA.</summary>
    public static IpHeaderTemplate TemplateOf(SaModel model, byte protocol) => new(new IpHeaderFields(model.Local, model.Remote, protocol, HopLimit));

    /// <summary>What the outer headers around packets that start like this one have in common: the TOS, and the length from which on a packet may not be cut.</summary>
    public static (byte Tos, int WholeFrom) MarkingOf(in IpPacketView inner, SaModel model)
    {
        var wholeFrom = model.Marking.DontFragment switch
        {
            DontFragmentRule.Clear => int.MaxValue,
            DontFragmentRule.Set => 0,
            // RFC 4213 §3.2.2: IPv6 senders need not go below 1280 octets, so what is no longer may be cut on the way.
            _ when inner.Version == IpVersion.V6 => PathMtu.FloorV6 + 1,
            _ => inner.DontFragment ? 0 : int.MaxValue,
        };
        return (OuterTos(inner.Tos, model.Marking), wholeFrom);
    }

    /// <summary>The fields around a payload that has no packet of its own (a dummy).</summary>
    public static IpHeaderFields Alone(SaModel model, byte protocol, ulong sequence) =>
        new(model.Local, model.Remote, protocol, HopLimit, (byte)(model.Marking.FixedDscp << 2), Identification(sequence), DontFragment: false);

    /// <summary>Takes one hop off a packet that was not made here; false when none is left (RFC 4301 §5.1.2.1 note 2).</summary>
    public static bool TryDecrementHopLimit(in IpPacketView inner, IpAddress own)
    {
        if (inner.Source == own)
        {
            return true;
        }

        if (inner.HopLimit <= 1)
        {
            return false;
        }

        if (inner.Version == IpVersion.V4)
        {
            inner.V4.DecrementTimeToLive();
            return true;
        }

        var v6 = inner.V6;
        v6.HopLimit--;
        return true;
    }

    /// <summary>Carries the outer ECN field inward (RFC 6040 §4.2, figure 4); false for congestion on a path whose ends do not speak ECN.</summary>
    public static bool TryCarryEcn(byte outerTos, in IpPacketView inner)
    {
        var (outer, own) = (outerTos & EcnMask, inner.Tos & EcnMask);
        if (own == 0)
        {
            return outer != CongestionExperienced;
        }

        var merged = outer switch
        {
            CongestionExperienced => CongestionExperienced,
            // ECT(1) outside marks pre-congestion on an ECT(0) packet.
            1 when own == 2 => 1,
            _ => own,
        };
        if (merged == own)
        {
            return true;
        }

        var tos = (byte)((inner.Tos & ~EcnMask) | merged);
        if (inner.Version == IpVersion.V4)
        {
            inner.V4.ReplaceTos(tos);
            return true;
        }

        var v6 = inner.V6;
        v6.TrafficClass = tos;
        return true;
    }

    private static byte OuterTos(byte innerTos, TunnelMarking marking)
    {
        var dscp = marking.CopiesDscp ? innerTos & ~EcnMask : marking.FixedDscp << 2;
        // RFC 6040 §4.1: normal mode copies the field, compatibility mode says Not-ECT.
        return (byte)(dscp | (marking.CarriesEcn ? innerTos & EcnMask : 0));
    }

    /// <summary>An IPv4 identification that is never 0: a raw socket would fill a zero in, and AH covers it.</summary>
    public static ushort Identification(ulong sequence) => (ushort)(sequence % 65535 + 1);
}
