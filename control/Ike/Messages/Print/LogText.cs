using System.Text;

namespace IpsecDp.Ike.Messages.Print;

/// <summary>What a peer sent as text, made safe for a log line: printable ASCII stays, everything else is an escape, and it ends.</summary>
public static class LogText
{
    /// <summary>Octets of a text that are shown.</summary>
    public const int Shown = 96;

    /// <summary>The text between quotes.</summary>
    public static string Quote(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder("\"");
        foreach (var octet in octets[..Math.Min(octets.Length, Shown)])
        {
            if (octet is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\'))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append(Inv($"\\x{octet:x2}"));
            }
        }

        return text.Append(octets.Length > Shown ? Inv($"\" and {octets.Length - Shown} octets more") : "\"").ToString();
    }

    internal static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
