using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Values only an IpManVpnAction has.</summary>
internal static class TunnelValues
{
    private const int NarrowestWindow = 32;
    private const int WidestWindow = 65_536;
    private const int MostPadding = 16_384;

    /// <summary>Yes, or No with Clear (without a word too) or Set.</summary>
    public static bool DontFragment(ValueCursor cursor, out DontFragmentRule rule)
    {
        rule = DontFragmentRule.Copy;
        if (!Choice.YesNo(cursor, out var isPassed))
        {
            return false;
        }

        if (!isPassed)
        {
            rule = cursor.TrySkip("Set") ? DontFragmentRule.Set : DontFragmentRule.Clear;
            _ = rule == DontFragmentRule.Clear && cursor.TrySkip("Clear");
        }

        return true;
    }

    /// <summary>Off, or packets from 32 to 65536; 0 is Off.</summary>
    public static bool ReplayWindow(ValueCursor cursor, out int packets)
    {
        packets = 0;
        if (cursor.TrySkip("Off"))
        {
            return true;
        }

        var isRead = cursor.TryNumber("Off or the packets a replay window spans", NarrowestWindow, WidestWindow, out var number);
        packets = (int)number;
        return isRead;
    }

    /// <summary>No, or Yes with this host's and the peer's port (4500 both where not given).</summary>
    public static bool UdpEncapsulation(ValueCursor cursor, out UdpEncapsulation? encapsulation)
    {
        encapsulation = null;
        if (!Choice.YesNo(cursor, out var isOn))
        {
            return false;
        }

        if (!isOn)
        {
            return true;
        }

        encapsulation = new UdpEncapsulation(Ipsec.Sad.UdpEncapsulation.Port, Ipsec.Sad.UdpEncapsulation.Port);
        if (cursor.IsAtEnd)
        {
            return true;
        }

        if (!cursor.TryNumber("this host's UDP port", 1, ushort.MaxValue, out var local) || !cursor.TryNumber("the peer's UDP port", 1, ushort.MaxValue, out var remote))
        {
            return false;
        }

        encapsulation = new UdpEncapsulation((ushort)local, (ushort)remote);
        return true;
    }

    /// <summary>Octets every payload is padded to.</summary>
    public static bool TfcPadding(ValueCursor cursor, out int octets)
    {
        var isRead = cursor.TryNumber("octets to pad to", 0, MostPadding, out var number);
        octets = (int)number;
        return isRead;
    }

    /// <summary>0 for the link's own, else no less than every IPv4 host takes (RFC 791).</summary>
    public static bool PathMtu(ValueCursor cursor, out int octets)
    {
        octets = 0;
        if (!cursor.TryTake("octets", out var word))
        {
            return false;
        }

        if (!NumberText.TryParse(word.Span, out var number) || number is > 0 and < 576 or > ushort.MaxValue)
        {
            return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not a path MTU: 0, or octets from 576 to 65535");
        }

        octets = (int)number;
        return true;
    }
}
