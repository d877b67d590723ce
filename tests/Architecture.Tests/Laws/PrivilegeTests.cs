using System.Text.RegularExpressions;
using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public partial class PrivilegeTests
{
    private static readonly IReadOnlyList<string[]> Table = DocTable.Below(Checkout.Read("docs/architecture.md"), "Privileges and where they are");

    [Fact]
    public void Unsafe_Code_IsInListedFilesOnly() => Assert.Empty(Outside(Checkout.Sources, Unsafe(), "unsafe code"));

    [Fact]
    public void Native_Calls_AreInListedFilesOnly() => Assert.Empty(Outside(Checkout.Sources, Native(), "native calls"));

    [Fact]
    public void Machine_Code_IsMadeInListedFilesOnly() => Assert.Empty(Outside(Checkout.Sources, MachineCode(), "machine code"));

    [Fact]
    public void Vector_Instructions_AreInListedFilesOnly() => Assert.Empty(Outside(Checkout.Sources, Vector(), "vector instructions"));

    [Fact]
    public void Sockets_AreInListedFilesOnly() => Assert.Empty(Outside(Checkout.Product, Socket(), "sockets"));

    [Fact]
    public void Processes_AreStartedInListedFilesOnly() => Assert.Empty(Outside(Checkout.Product, ProcessStart(), "other programs"));

    [Fact]
    public void Files_OfEveryRow_Exist()
    {
        var patterns = Table.SelectMany(row => DocTable.Quoted(row[1]));
        var paths = Checkout.Sources.Select(file => file.Path).ToList();

        Assert.All(patterns, pattern => Assert.Contains(paths, path => PathPattern.FitsAny(path, [pattern])));
    }

    [Theory]
    [InlineData("unsafe code", "unsafe void M() { }")]
    [InlineData("unsafe code", "void M() { unsafe { } }")]
    [InlineData("native calls", "[LibraryImport(\"libc\")] static partial int F();")]
    [InlineData("native calls", "[DllImport(\"libc\")] static extern int F();")]
    [InlineData("machine code", "using Iced.Intel;")]
    [InlineData("machine code", "MemoryMappedFileAccess.ReadWriteExecute")]
    [InlineData("vector instructions", "Vector128<byte> v;")]
    [InlineData("vector instructions", "using System.Runtime.Intrinsics.X86;")]
    [InlineData("sockets", "new Socket(a, b, c)")]
    [InlineData("other programs", "Process.Start(\"ip\")")]
    public void Outside_Violation_IsTold(string privilege, string code)
    {
        var patterns = new Dictionary<string, Regex>
        {
            ["unsafe code"] = Unsafe(),
            ["native calls"] = Native(),
            ["machine code"] = MachineCode(),
            ["vector instructions"] = Vector(),
            ["sockets"] = Socket(),
            ["other programs"] = ProcessStart(),
        };

        Assert.Single(Outside([new SourceFile("dataplane/Wire/Ip/A.cs", code)], patterns[privilege], privilege));
        Assert.Empty(Outside([new SourceFile("dataplane/Wire/Ip/A.cs", $"// {code}\n\"{code.Replace("\"", "\\\"")}\"")], patterns[privilege], privilege));
    }

    private static IEnumerable<string> Outside(IEnumerable<SourceFile> files, Regex sign, string privilege)
    {
        var listed = DocTable.Quoted(Table.Single(row => row[0] == privilege)[1]).ToList();
        return files.Where(file => !PathPattern.FitsAny(file.Path, listed) && sign.IsMatch(file.Code)).Select(file => file.Path);
    }

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\b(LibraryImport|DllImport)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Native();

    [GeneratedRegex(@"\bIced\b|\bRead(Write)?Execute\b", RegexOptions.ExplicitCapture)]
    private static partial Regex MachineCode();

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bVector(64|128|256|512)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Vector();

    [GeneratedRegex(@"\b(Socket|UdpClient|TcpClient|TcpListener)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Socket();

    [GeneratedRegex(@"\bProcess\s*\.\s*Start\b|\bProcessStartInfo\b")]
    private static partial Regex ProcessStart();
}
