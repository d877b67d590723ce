using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Compile;

/// <summary>Reads the keys and certificates a policy names; relative names start at the policy's own folder, null where it is no file.</summary>
internal sealed class PolicyFiles(string? folder, Findings findings)
{
    private const int MostOctets = 1 << 20;
    private const int ShortestKey = 16;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly HashSet<(FileReference File, string Text)> _told = [];

    /// <summary>The octets of a shared key, a line end behind them taken off; null when they cannot be had, which is reported.</summary>
    public SecretBytes? SharedKey(FileReference file)
    {
        if (!TryRead(file, isSecret: true, out var octets))
        {
            return null;
        }

        var key = octets.AsSpan().TrimEnd("\r\n"u8);
        if (key.IsEmpty || !key.ContainsAnyExcept((byte)0))
        {
            Refuse(file, ConfigRule.WeakKey, $"the key in {file.Path} is empty or all zeros");
        }
        else if (key.Length < ShortestKey)
        {
            var text = $"a SharedKey under {ShortestKey} octets can be guessed by whoever hears one negotiation (RFC 7296 §2.15)";
            if (_told.Add((file, text)))
            {
                findings.Warn(file.Position, ConfigRule.WeakKey, text);
            }
        }

        var secret = new SecretBytes(key);
        CryptographicOperations.ZeroMemory(octets);
        return secret;
    }

    /// <summary>A certificate with its private key, and the authorities that follow it in its file; null, reported, when they do not go together.</summary>
    public Credential? Credential(FileReference certificate, FileReference privateKey)
    {
        if (!TryRead(certificate, isSecret: false, out var chain) | !TryRead(privateKey, isSecret: true, out var key))
        {
            return null;
        }

        var secret = Encoding.UTF8.GetChars(key!);
        try
        {
            var pem = Encoding.UTF8.GetString(chain!);
            var own = X509Certificate2.CreateFromPem(pem, secret);
            return new Credential(own, [.. Import(pem).Skip(1)]);
        }
        catch (Exception refusal) when (refusal is CryptographicException or ArgumentException)
        {
            Refuse(certificate, ConfigRule.Key, $"{certificate.Path} and {privateKey.Path} are no certificate with its private key in PEM: {refusal.Message}");
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            secret.AsSpan().Clear();
        }
    }

    /// <summary>The certificates of a file; empty, reported, when there is none.</summary>
    public IReadOnlyList<X509Certificate2> Authorities(FileReference file)
    {
        if (!TryRead(file, isSecret: false, out var octets))
        {
            return [];
        }

        try
        {
            var found = Import(Encoding.UTF8.GetString(octets));
            if (found.Count == 0)
            {
                Refuse(file, ConfigRule.Key, $"{file.Path} holds no certificate in PEM");
            }

            return [.. found];
        }
        catch (CryptographicException refusal)
        {
            Refuse(file, ConfigRule.Key, $"a certificate in {file.Path} cannot be read: {refusal.Message}");
            return [];
        }
    }

    private static X509Certificate2Collection Import(string pem)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return all;
    }

    private bool TryRead(FileReference file, bool isSecret, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = null;
        if (folder is null)
        {
            Refuse(file, ConfigRule.Unreadable, "only a policy that is read from a file can name other files");
            return false;
        }

        try
        {
            var path = Path.Combine(folder, file.Path);
            var found = new FileInfo(path);
            if (!found.Exists || (found.Attributes & (FileAttributes.Directory | FileAttributes.Device)) != 0 || found.Length is 0 or > MostOctets)
            {
                Refuse(file, ConfigRule.Unreadable, $"{path} is no file with something in it and at most {MostOctets} octets");
                return false;
            }

            if (isSecret && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                Refuse(file, ConfigRule.Unreadable, $"{path} holds a secret and is open to others than its owner: chmod 600 {path}");
                return false;
            }

            octets = File.ReadAllBytes(path);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Refuse(file, ConfigRule.Unreadable, $"{file.Path} cannot be read: {refusal.Message}");
            return false;
        }
    }

    // A file several proofs need is refused once.
    private void Refuse(FileReference file, ConfigRule rule, string text)
    {
        if (_told.Add((file, text)))
        {
            findings.Error(file.Position, rule, text);
        }
    }
}
