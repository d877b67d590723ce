namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>A folder only its owner may enter; its files are overwritten with zeros before they are deleted.</summary>
internal sealed class SecretFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes it.</summary>
    public SecretFolder(string path)
    {
        Path = path;
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("a lab in namespaces needs Linux");
        }

        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = System.IO.Path.Combine(Path, name);
        WritePrivate(path, content);
        return path;
    }

    /// <summary>Writes a file that only its owner may read, over whatever is there.</summary>
    public static void WritePrivate(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var stream = new FileStream(path, options);
        stream.Write(content);
    }

    /// <summary>Overwrites and deletes a folder of files.</summary>
    public static void Erase(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(new byte[stream.Length]);
                stream.Flush(flushToDisk: true);
            }

            File.Delete(file);
        }

        Directory.Delete(folder);
    }

    /// <inheritdoc/>
    public void Dispose() => Erase(Path);
}
