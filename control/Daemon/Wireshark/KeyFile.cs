namespace IpsecDp.Daemon.Wireshark;

/// <summary>A file of keys that only its owner may read.</summary>
public sealed class KeyFile : IDisposable
{
    private readonly FileStream _stream;

    private KeyFile(FileStream stream) => _stream = stream;

    /// <summary>Makes it; throws <see cref="DaemonException"/> where it cannot be made, or where something of that name is: an older file has its own mode, and a link its target.</summary>
    public static KeyFile Create(string path)
    {
        // Nothing is kept in memory on its way, and readers may follow it.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new KeyFile(new FileStream(path, options));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DaemonException($"the file of keys {path} cannot be made: {refusal.Message.TrimEnd('.')}: give the name of a file that does not exist", refusal);
        }
    }

    /// <summary>Appends text; throws <see cref="IOException"/> where there is no room.</summary>
    public void Append(KeyText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _stream.Write(text.Octets);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
