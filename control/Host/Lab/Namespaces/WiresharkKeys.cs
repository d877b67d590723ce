using IpsecDp.Crypto;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Wireshark;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The lab's given keys in the form of Wireshark's table <c>esp_sa</c>.</summary>
internal static class WiresharkKeys
{
    /// <summary>Writes the file for its owner alone; throws <see cref="LabException"/> where Wireshark has no name for the suite or the file cannot be written.</summary>
    public static void Write(string path, CipherSuite suite, params ReadOnlySpan<(LabSite From, LabSite To, LabKeyring Keys)> associations)
    {
        if (!EspTable.Knows(suite))
        {
            throw new LabException($"Wireshark has no name for {suite.Name}: leave --keys-file out or choose another suite");
        }

        using var text = new KeyText();
        foreach (var (from, to, keys) in associations)
        {
            EspTable.Add(text, suite, from.EndpointAddress, to.EndpointAddress, keys.Spi, keys.Encryption, keys.Integrity);
        }

        try
        {
            using var file = KeyFile.Create(path);
            file.Append(text);
        }
        catch (Exception refusal) when (refusal is DaemonException or IOException)
        {
            throw new LabException(refusal.Message, refusal);
        }
    }
}
