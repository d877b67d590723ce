using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Daemon.Ike;

/// <summary>The secret of crash tokens (RFC 6290 §5) in the daemon's state folder: made once, for its owner only, the same after a restart.</summary>
public static class CrashSecretFile
{
    /// <summary>The file's name in the folder.</summary>
    public const string Name = "crash-secret";

    private const int Length = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The secret, which is the caller's to zero; throws <see cref="DaemonException"/> when it cannot be kept there, or others may read it.</summary>
    public static SecretBytes Open(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path))
            {
                Make(path);
            }

            return Read(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DaemonException($"the secret of crash tokens cannot be kept in {path}: {refusal.Message}; give --state another folder, or none to do without", refusal);
        }
    }

    // Whole or not at all: a crash while it is made leaves another name behind.
    private static void Make(string path)
    {
        var octets = RandomNumberGenerator.GetBytes(Length);
        var begun = $"{path}.{Environment.ProcessId}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(begun, options))
            {
                file.Write(octets);
                file.Flush(flushToDisk: true);
            }

            File.Move(begun, path, overwrite: false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
            File.Delete(begun);
        }
    }

    private static SecretBytes Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new DaemonException($"the secret of crash tokens in {path} can be used by others: take their rights away, or remove it and another is made");
        }

        var octets = File.ReadAllBytes(path);
        try
        {
            return octets.Length == Length ? new SecretBytes(octets) : throw new DaemonException($"{path} holds no secret of {Length} octets: remove it and another is made");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }
}
