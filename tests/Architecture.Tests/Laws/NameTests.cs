using System.Text.RegularExpressions;
using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public partial class NameTests
{
    private static readonly string[] EmptyWords = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Managers", "Manager", "Common", "Misc", "Core"];

    [Fact]
    public void Namespace_OfEveryFile_IsItsFolder() => Assert.Empty(Checkout.Projects.SelectMany(project => Checkout.Sources.SelectMany(file => WrongNamespace(file, project))));

    [Fact]
    public void Name_OfFileOrFolder_SaysWhatItIs() => Assert.Empty(Checkout.Sources.Concat(Checkout.Projects.Select(project => new SourceFile(project.Path, ""))).SelectMany(EmptyName));

    [Fact]
    public void PublicTypes_OfEveryFile_AreOne() => Assert.Empty(Checkout.Product.SelectMany(SeveralTypes));

    [Fact]
    public void PublicType_OfEveryFile_GivesItsName() => Assert.Empty(Checkout.Product.SelectMany(OtherName));

    [Fact]
    public void WrongNamespace_Violation_IsTold()
    {
        var wire = new ProjectFile("dataplane/Wire/W.csproj", "IpsecDp.Wire", new HashSet<string>(), new HashSet<string>());

        Assert.Single(WrongNamespace(new SourceFile("dataplane/Wire/Ip/A.cs", "namespace IpsecDp.Wire;\n"), wire));
        Assert.Empty(WrongNamespace(new SourceFile("dataplane/Wire/Ip/A.cs", "namespace IpsecDp.Wire.Ip;\n"), wire));
        Assert.Empty(WrongNamespace(new SourceFile("dataplane/Ports/A.cs", "namespace IpsecDp.Ports;\n"), wire));
    }

    [Theory]
    [InlineData("offload/Utils/A.cs")]
    [InlineData("offload/Crypto/PacketHelper.cs")]
    [InlineData("offload/Crypto/SaManager.X86.cs")]
    public void EmptyName_Violation_IsTold(string path) => Assert.Single(EmptyName(new SourceFile(path, "")));

    [Fact]
    public void SeveralTypes_Violation_IsTold()
    {
        Assert.Single(SeveralTypes(new SourceFile("A.cs", "namespace N;\npublic sealed class A { public class Inner { } }\npublic enum B { X }\n")));
        Assert.Empty(SeveralTypes(new SourceFile("A.cs", "namespace N;\npublic sealed class A { public class Inner { } }\ninternal enum B { X }\n")));
    }

    [Fact]
    public void OtherName_Violation_IsTold()
    {
        Assert.Single(OtherName(new SourceFile("x/B.cs", "namespace N;\npublic class A { }\n")));
        Assert.Empty(OtherName(new SourceFile("x/A.X86.cs", "namespace N;\npublic class A { }\n")));
    }

    private static IEnumerable<string> WrongNamespace(SourceFile file, ProjectFile project)
    {
        var folder = file.Path[..file.Path.LastIndexOf('/')];
        if (folder != project.Folder && !folder.StartsWith(project.Folder + "/", StringComparison.Ordinal))
        {
            return [];
        }

        var expected = project.RootNamespace + folder[project.Folder.Length..].Replace('/', '.');
        var found = Namespace().Match(file.Code);
        return found.Success && found.Groups["name"].Value != expected ? [$"{file.Path} is in {found.Groups["name"].Value}, not in {expected}"] : [];
    }

    private static IEnumerable<string> EmptyName(SourceFile file) =>
        file.Path.Split('/').Any(part => EmptyWords.Any(word => Words().Matches(part.Split('.')[0]).Any(match => match.Value == word))) ? [file.Path] : [];

    private static IEnumerable<string> SeveralTypes(SourceFile file)
    {
        var types = MemberScan.Of(file.Code).PublicTypes.Distinct().ToList();
        return types.Count > 1 ? [$"{file.Path}: {string.Join(", ", types)}"] : [];
    }

    private static IEnumerable<string> OtherName(SourceFile file) =>
        MemberScan.Of(file.Code).PublicTypes.Distinct().Where(type => type != file.Name.Split('.')[0]).Select(type => $"{file.Path} holds {type}");

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Namespace();

    [GeneratedRegex("[A-Z][a-z]*")]
    private static partial Regex Words();
}
