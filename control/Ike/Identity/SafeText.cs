using System.Buffers;
using System.Text;

namespace IpsecDp.Ike.Identity;

/// <summary>Text a peer sent, made fit for a log: printable ASCII without quotes, backslashes and shell signs stays, every other octet is shown as <c>\xNN</c>.</summary>
internal static class SafeText
{
    private static readonly SearchValues<byte> Harmless = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:@=+-_/*()#"u8);

    public static string Of(ReadOnlySpan<byte> octets, int longest)
    {
        var text = new StringBuilder();
        foreach (var octet in octets[..Math.Min(octets.Length, longest)])
        {
            _ = Harmless.Contains(octet) ? text.Append((char)octet) : text.Append("\\x").Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return octets.Length > longest ? text.Append('…').ToString() : text.ToString();
    }

    public static string Hex(ReadOnlySpan<byte> octets, int longest) =>
        octets.Length > longest ? Convert.ToHexString(octets[..longest]) + "…" : Convert.ToHexString(octets);
}
