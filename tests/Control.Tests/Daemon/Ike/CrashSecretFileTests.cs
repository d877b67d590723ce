using IpsecDp.Daemon;
using IpsecDp.Daemon.Ike;

namespace Control.Tests.Daemon.Ike;

public sealed class CrashSecretFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-crash-");

    private string File => Path.Combine(_folder.FullName, "state", CrashSecretFile.Name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_AfterARestart_IsTheSameSecretAndNobodyElses()
    {
        using var first = Open();
        using var again = Open();
        Assert.Equal(32, first.Length);
        Assert.Equal(first.Reveal(), again.Reveal());
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(File)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }

        System.IO.File.Delete(File);
        using var other = Open();
        Assert.False(first.Reveal().SequenceEqual(other.Reveal()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Open_FileOfAnotherLength_IsRefused(int length)
    {
        Open().Dispose();
        System.IO.File.WriteAllBytes(File, new byte[length]);
        Assert.Contains("32 octets", Assert.Throws<DaemonException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileOthersMayRead_IsRefused()
    {
        Open().Dispose();
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Contains("rights", Assert.Throws<DaemonException>(Open).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_FolderThatCannotBe_IsRefusedInASentence()
    {
        var file = Path.Combine(_folder.FullName, "file");
        System.IO.File.WriteAllText(file, "");
        Assert.Contains("--state", Assert.Throws<DaemonException>(() => CrashSecretFile.Open(Path.Combine(file, "state"))).Message, StringComparison.Ordinal);
    }

    private IpsecDp.Crypto.Secrets.SecretBytes Open() => CrashSecretFile.Open(Path.GetDirectoryName(File)!);
}
