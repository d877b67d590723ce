namespace IpsecDp.TestKit.Vectors;

/// <summary>Response files of NIST's CAVP and others of the form <c>NAME = value</c>.</summary>
public static class CavpFile
{
    /// <summary>Every case; headings in brackets and lines before the first count stay in force for the cases below.</summary>
    public static IReadOnlyList<CavpRecord> Read(string path)
    {
        var records = new List<CavpRecord>();
        var headings = new Dictionary<string, string>();
        var fields = new Dictionary<string, string>();
        var isFail = false;
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()).Append(string.Empty))
        {
            if (line.Length == 0)
            {
                Close();
            }
            else if (line.StartsWith('['))
            {
                foreach (var heading in line.Trim('[', ']').Split(','))
                {
                    Add(headings, heading);
                }
            }
            else if (line == "FAIL")
            {
                isFail = true;
            }
            else if (line[0] != '#')
            {
                Add(fields, line);
            }
        }

        return records;

        void Close()
        {
            // A paragraph without a result is a heading: CCM's lengths, key and nonce stand above their cases.
            var target = fields.Keys.Any(IsResult) ? null : headings;
            if (target is null)
            {
                records.Add(new CavpRecord($"{Path.GetFileName(path)} #{records.Count}", headings.Concat(fields).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value), isFail));
            }
            else
            {
                fields.ToList().ForEach(pair => target[pair.Key] = pair.Value);
            }

            fields.Clear();
            isFail = false;
        }
    }

    /// <summary>GCM: encryption, and decryption with its refusals.</summary>
    public static IReadOnlyList<AeadVector> Gcm(string path) =>
        [.. Read(path).Select(record => new AeadVector(record.Name, record.Hex("KEY"), record.Hex("IV"), record.Hex("AAD"), record.Hex("PT"), record.Hex("CT"), record.Hex("TAG"), !record.IsFail))];

    /// <summary>CCM (CCMVS): a length of zero is written as one zero octet.</summary>
    public static IReadOnlyList<AeadVector> Ccm(string path) => [.. Read(path).Select(Ccm)];

    /// <summary>CBC and CTR under one key, and 3DES under three.</summary>
    public static IReadOnlyList<CipherVector> Cipher(string path) =>
        [.. Read(path).Select(record => new CipherVector(record.Name, [.. record.Hex("KEY"), .. record.Hex("KEY1"), .. record.Hex("KEY2"), .. record.Hex("KEY3")], record.Hex("IV"), record.Hex("PLAINTEXT"), record.Hex("CIPHERTEXT")))];

    /// <summary>MACs, whatever their fields are called.</summary>
    public static IReadOnlyList<MacVector> Mac(string path) =>
        [.. Read(path).Select(record => new MacVector(record.Name, record.Hex("KEY"), [.. record.Hex("MSG"), .. record.Hex("MESSAGE")], [.. record.Hex("MD"), .. record.Hex("OUTPUT"), .. record.Hex("TAG")]))];

    /// <summary>Combined ciphers with fields called in full.</summary>
    public static IReadOnlyList<AeadVector> Aead(string path) =>
        [.. Read(path).Select(record => new AeadVector(record.Name, record.Hex("KEY"), record.Hex("IV"), record.Hex("AAD"), record.Hex("PLAINTEXT"), record.Hex("CIPHERTEXT"), record.Hex("TAG"), !record.Has("RESULT")))];

    private static AeadVector Ccm(CavpRecord record)
    {
        var tagLength = record.Number("TLEN");
        var sealedPayload = record.Hex("CT");
        return new AeadVector(
            record.Name,
            record.Hex("KEY"),
            record.Hex("NONCE"),
            record.Hex("ADATA")[..record.Number("ALEN")],
            record.Hex("PAYLOAD")[..record.Number("PLEN")],
            sealedPayload[..^tagLength],
            sealedPayload[^tagLength..]);
    }

    private static bool IsResult(string field) => field is "TAG" or "CT" or "CIPHERTEXT" or "MD" or "OUTPUT";

    private static void Add(Dictionary<string, string> fields, string line)
    {
        var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
        fields[parts[0].ToUpperInvariant()] = parts.Length > 1 ? parts[1] : string.Empty;
    }
}
